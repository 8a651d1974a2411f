proven=nsupdate
. "$SCRIPTS/bind.inc"
serve primary 5300
for how in "" -v; do
  {
    echo 'server 127.0.0.1 5300'
    for n in $(seq 100); do echo "update add new$n.sample 60 A 10.9.0.$n"; echo send; done
  } | nsupdate $how -k key
  dig @127.0.0.1 -p 5300 sample AXFR +noall +answer | grep -c '^new'
  { echo 'server 127.0.0.1 5300'; for n in $(seq 100); do echo "update delete new$n.sample"; done; echo send; echo answer; } |
    nsupdate $how -k key | grep -o 'status: [A-Z]*'
done
dig @127.0.0.1 -p 5300 sample AXFR +noall +answer | grep -c '^new' || true
