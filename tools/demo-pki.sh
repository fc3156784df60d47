#!/bin/bash
# SPDX-License-Identifier: MIT
# demo-pki.sh OUTDIR [p256|rsa]: a certification authority and a signing key for
# alice@example.org that are worth nothing and say so: ca.pem, cert.pem and key.pem,
# encrypted with the passphrase "vitrine".  Does nothing when they are there.
set -euo pipefail
export LC_ALL=C

[[ $# -eq 1 || $# -eq 2 ]] || { echo 'usage: demo-pki.sh OUTDIR [p256|rsa]' >&2; exit 1; }
out=$1 kind=${2:-p256}
[[ -s $out/ca.pem && -s $out/cert.pem && -s $out/key.pem ]] && exit 0

case $kind in
p256)
	algorithm=(-algorithm EC -pkeyopt ec_paramgen_curve:P-256
		-pkeyopt ec_param_enc:named_curve) ;;
rsa) algorithm=(-algorithm RSA -pkeyopt rsa_keygen_bits:2048) ;;
*) echo "demo-pki.sh: $kind: neither p256 nor rsa" >&2; exit 1 ;;
esac

mkdir -p "$out"
# two at once: the second finds the key of the first
exec 9> "$out/lock"
flock 9
[[ -s $out/ca.pem && -s $out/cert.pem && -s $out/key.pem ]] && exit 0
tmp=$(mktemp -d "$out/pki.XXXXXX")
trap 'rm -rf "$tmp"' EXIT
trap 'echo "demo-pki.sh: openssl could not make the demonstration key" >&2; cat "$tmp/log" >&2' ERR

openssl req -new -newkey rsa:2048 -nodes -keyout "$tmp/ca.key" -out "$tmp/ca.csr" \
	-subj '/CN=Vitrine demo CA - not a real identity' 2> "$tmp/log"
tools/certify.sh "$tmp/ca.csr" "$tmp/ca.key" self "$tmp/ca.pem" 2> "$tmp/log" << 'END'
basicConstraints=critical,CA:TRUE
keyUsage=critical,keyCertSign,cRLSign
subjectKeyIdentifier=hash
END
openssl genpkey "${algorithm[@]}" -out "$tmp/plain.pem" 2> "$tmp/log"
openssl pkcs8 -topk8 -in "$tmp/plain.pem" -v2 aes-256-cbc -v2prf hmacWithSHA256 \
	-passout pass:vitrine -out "$tmp/key.pem" 2> "$tmp/log"
openssl req -new -key "$tmp/plain.pem" -subj '/CN=Vitrine demo - not a real identity' \
	-out "$tmp/csr.pem" 2> "$tmp/log"
tools/certify.sh "$tmp/csr.pem" "$tmp/ca.key" "$tmp/ca.pem" "$tmp/cert.pem" 2> "$tmp/log" << 'END'
basicConstraints=critical,CA:FALSE
keyUsage=critical,digitalSignature,nonRepudiation
extendedKeyUsage=emailProtection
subjectAltName=email:alice@example.org
subjectKeyIdentifier=hash
authorityKeyIdentifier=keyid
END
mv "$tmp/ca.pem" "$tmp/cert.pem" "$tmp/key.pem" "$out"
