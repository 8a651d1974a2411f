proven=delv
. "$SCRIPTS/bind.inc"
serve primary 5300
for n in $(seq 10); do delv @127.0.0.1 -p 5300 -i host$n.sample A 2>&1; done
delv @127.0.0.1 -p 5300 -i +tcp text.sample TXT 2>&1 | wc -c
delv @127.0.0.1 -p 5300 -i missing.sample 2>&1 | head -1
