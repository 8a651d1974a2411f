luajit "$SCRIPTS/luv.lua"
