timeout 60 nvim --clean --headless -n -c "luafile $SCRIPTS/nvim.lua" >log 2>&1 || { cat log; exit 1; }
test -e done || { cat log; exit 1; }
cat said
