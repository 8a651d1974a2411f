lua5.4 "$SCRIPTS/luv.lua"
