node "$SCRIPTS/node.js"
