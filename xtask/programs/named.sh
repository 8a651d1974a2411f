proven=named
. "$SCRIPTS/bind.inc"
serve primary 5300
serve secondary 5301
for port in 5300 5301; do
  for how in +notcp +tcp; do
    seq 500 | sed 's/.*/host&.sample A/' >queries
    dig @127.0.0.1 -p $port $how +short -f queries | sort | cksum
  done
done
dig @127.0.0.1 -p 5301 sample AXFR +noall +answer | sort | cksum
rndc_to 9530 zonestatus sample | grep -E '^(name|type|serial|nodes)'
rndc_to 9530 reload 2>&1
rndc_to 9530 stop
rndc_to 9531 stop
wait
grep -c 'exiting' primary/log
