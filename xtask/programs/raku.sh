raku "$SCRIPTS/all.raku"
