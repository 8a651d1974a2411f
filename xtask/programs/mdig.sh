proven=mdig
. "$SCRIPTS/bind.inc"
serve primary 5300
# Datagrams beyond what a socket's buffer holds may be lost, on any library.
seq 200 | sed 's/.*/host&.sample A/' >queries
for how in +notcp +vc; do
  mdig @127.0.0.1 -p 5300 $how +noall +answer -f queries | sort | cksum
done
