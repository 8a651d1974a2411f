proven=dig
. "$SCRIPTS/bind.inc"
serve primary 5300
seq 500 | sed 's/.*/host&.sample A/' >queries
for how in +notcp +tcp "+tcp +keepopen" +bufsize=512; do
  dig @127.0.0.1 -p 5300 $how +noall +answer -f queries | cksum
done
dig @127.0.0.1 -p 5300 +short text.sample TXT | wc -c
dig @127.0.0.1 -p 5300 missing.sample | grep -o 'status: [A-Z]*'
dig @127.0.0.1 -p 5300 sample AXFR +noall +answer | wc -l
dig @127.0.0.1 -p 9 +tries=1 +time=1 +tcp sample 2>&1 | grep -o 'connection refused' | head -1
