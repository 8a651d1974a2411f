lua5.1 "$SCRIPTS/luv.lua"
