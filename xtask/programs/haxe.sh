cp "$SCRIPTS/Main.hx" .
haxe -main Main --interp
