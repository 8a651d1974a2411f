#!/bin/sh
# Makes of cargo's libuv.a what a C library is: one relocatable object in which the functions of uv.h are
# all that others see, without what none of them needs. Cargo's own shows the symbols of the Rust standard
# library, which a second library in Rust has too, and weighs many times as much.
#
#   static-library.sh [--keep-debug] INPUT OUTPUT [FLAG...]
#
# FLAGs are for the compiler that links, such as -m32. CC, AR, OBJCOPY and READELF name other tools
# than the usual ones.
set -eu

strip=--strip-debug
if [ "$1" = --keep-debug ]; then
  strip=
  shift
fi
input=$1 output=$2
shift 2
cc=${CC:-cc} ar=${AR:-ar} objcopy=${OBJCOPY:-objcopy} readelf=${READELF:-readelf}

work=$output.$$
mkdir "$work"
trap 'rm -rf "$work"' EXIT

# What nobody can reach from these is left out.
"$readelf" -sW "$input" 2>/dev/null |
  awk '$5 == "GLOBAL" && $7 != "UND" && $8 ~ /^uv_/ { print "-Wl,-u," $8 }' | sort -u >"$work/roots"
[ -s "$work/roots" ] || { echo "$input: no function of uv.h in it" >&2; exit 1; }

# What the library puts in the place of functions of the standard library.
"$readelf" -sW "$input" 2>/dev/null |
  awk '$7 != "UND" && sub("^__wrap_", "", $8) { print "-Wl,--wrap=" $8 }' | sort -u >>"$work/roots"

# What the standard library asks of the unwinder: as in the shared library.
"$cc" "$@" -O2 -fPIC -ffunction-sections -fno-lto -c "$(dirname "$0")/../src/sys/linux/unwinder.c" -o "$work/unwinder.o"

# Groups would be merged with those of the same name in another library, whose symbols ours do not see.
"$cc" "$@" -r -nostdlib -Wl,--gc-sections,--force-group-allocation "@$work/roots" \
  "$input" "$work/unwinder.o" -o "$work/uv.o"

# Names of functions that only what was left out has called: the linker would look for them.
"$readelf" -sW "$work/uv.o" 2>/dev/null | awk '$7 == "UND" && $8 != "" { print $8 }' >"$work/undefined"

# The sections are the compiler's intermediate code.
"$objcopy" $strip --strip-unneeded-symbols="$work/undefined" --wildcard --keep-global-symbol='uv_*' \
  --remove-section=.llvmbc --remove-section=.llvmcmd "$work/uv.o"

"$ar" rcs "$work/libuv.a" "$work/uv.o"
mv -f "$work/libuv.a" "$output"
