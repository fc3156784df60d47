#!/bin/bash
# SPDX-License-Identifier: MIT
# cred.sh KEY CERT OUTDIR: turns a private key (PEM, PKCS#8 encrypted with PBES2) and a
# certificate (PEM, followed by intermediate ones if need be) into OUTDIR/key.der and
# OUTDIR/cert.der for the signer core.  The key stays encrypted: nothing here asks for
# its passphrase.  Anything the core would refuse is refused here, in one line, and so are
# certificates whose signatures the recipients would refuse.  What `openssl pkcs12` writes
# is fine: text between the PEM blocks does not count.
set -euo pipefail
export LC_ALL=C

fail() {
	echo "$*" >&2
	exit 1
}

[[ $# -eq 3 ]] || fail 'usage: cred.sh KEY CERT OUTDIR'
key=$1 cert=$2 out=$3
advice='make one with: openssl pkcs8 -topk8 -v2 aes-256-cbc -v2prf hmacWithSHA256'
advice+=' -iter 600000 -in old.pem -out new.pem'
mkdir -p "$out"
tmp=$(mktemp -d "$out/cred.XXXXXX")
trap 'rm -rf "$tmp"' EXIT

[[ -f $key && -r $key ]] || fail "KEY=$key: there is no such file, or it cannot be read"
[[ -f $cert && -r $cert ]] || fail "CERT=$cert: there is no such file, or it cannot be read"

# a .p12 or other DER
if [[ $(head -c 1 "$key" | od -An -tx1) == ' 30' ]]; then
	fail "KEY=$key: not in PEM form; if it is a PKCS#12 file:" \
		"openssl pkcs12 -in '$key' -nocerts -nodes | openssl pkcs8 -topk8" \
		"-v2 aes-256-cbc -v2prf hmacWithSHA256 -iter 600000 -out key.pem;" \
		"openssl pkcs12 -in '$key' -nokeys -clcerts -out cert.pem"
fi
case $(grep -a -m 1 -e '^-----BEGIN .*KEY-----' "$key" | tr -d '\r') in
'-----BEGIN ENCRYPTED PRIVATE KEY-----') ;;
'-----BEGIN PRIVATE KEY-----')
	fail "KEY=$key: the private key is not encrypted; $advice" ;;
'-----BEGIN '*' PRIVATE KEY-----')
	fail "KEY=$key: a private key in the traditional form, not PKCS#8; $advice" ;;
*)
	fail "KEY=$key: not an encrypted private key in PEM form" ;;
esac
awk '
	{ sub(/\r$/, "") }
	/^-----BEGIN ENCRYPTED PRIVATE KEY-----$/ { inside = 1 }
	inside { print }
	/^-----END ENCRYPTED PRIVATE KEY-----$/ { exit }' "$key" > "$tmp/key.pem"
openssl asn1parse -in "$tmp/key.pem" -noout -out "$tmp/key.der" 2> "$tmp/log" ||
	fail "KEY=$key: the private key is damaged"
openssl asn1parse -in "$tmp/key.der" -inform DER > "$tmp/key.txt" 2> "$tmp/log" ||
	fail "KEY=$key: the private key is damaged"
has() { grep -q -E "OBJECT +:$1\$" "$tmp/key.txt"; }
if ! has PBES2 || ! has PBKDF2 || ! has hmacWithSHA256 || ! has 'aes-(128|192|256)-cbc'; then
	fail "KEY=$key: not encrypted with PBES2, PBKDF2 with hmacWithSHA256 and AES-CBC; $advice"
fi
iterations=$((0x$(sed -n 's/.*prim: INTEGER *:\([0-9A-F]*\)$/\1/p' "$tmp/key.txt" | head -n 1)))
[[ $iterations -le 1000000 ]] ||
	fail "KEY=$key: $iterations PBKDF2 iterations; at most 1000000 are supported"

awk -v out="$tmp/cert" '
	{ sub(/\r$/, "") }
	/^-----BEGIN CERTIFICATE-----$/ { n++; inside = 1 }
	inside { print > sprintf("%s.%02d.pem", out, n) }
	/^-----END CERTIFICATE-----$/ { inside = 0 }' "$cert"
[[ -f $tmp/cert.01.pem ]] || fail "CERT=$cert: not a certificate in PEM form"
for c in "$tmp"/cert.*.pem; do
	openssl x509 -in "$c" -outform DER >> "$tmp/cert.der" 2> "$tmp/log" ||
		fail "CERT=$cert: a certificate is damaged"
done

openssl x509 -in "$tmp/cert.01.pem" -noout -text > "$tmp/cert.txt" 2> "$tmp/log" ||
	fail "CERT=$cert: the certificate is damaged"
bits=$(sed -n 's/.*Public-Key: (\([0-9]*\) bit).*/\1/p' "$tmp/cert.txt")
case $(sed -n 's/^ *Public Key Algorithm: //p' "$tmp/cert.txt") in
rsaEncryption) [[ $bits -ge 2048 && $bits -le 4096 ]] ||
	fail "CERT=$cert: an RSA key of $bits bits; 2048 to 4096 are supported" ;;
id-ecPublicKey) grep -q 'NIST CURVE: P-256' "$tmp/cert.txt" ||
	fail "CERT=$cert: not on the curve P-256, the only one supported" ;;
*) fail "CERT=$cert: neither an RSA nor a P-256 key" ;;
esac

# what the certificate is for; of several the signer's comes first
extension() { sed -n "/X509v3 $1:/{n;p;q}" "$tmp/cert.txt"; }
if [[ -f $tmp/cert.02.pem && $(extension 'Basic Constraints') == *CA:TRUE* ]]; then
	fail "CERT=$cert: the first certificate is an authority's; put your own in front of it"
fi
uses=$(extension 'Extended Key Usage')
case $uses in
'' | *'E-mail Protection'* | *'Any Extended Key Usage'*) ;;
*) fail "CERT=$cert: not for e-mail, only for:$(tr -s ' ' <<< " $uses"); ask for one for S/MIME" ;;
esac
case $(extension 'Key Usage') in
'' | *'Digital Signature'* | *'Non Repudiation'*) ;;
*) fail "CERT=$cert: its key usage does not allow signatures; ask for one for S/MIME" ;;
esac
# the machine's clock may be another one
openssl x509 -in "$tmp/cert.01.pem" -noout -checkend 0 > /dev/null || echo \
	"CERT=$cert: expired, $(openssl x509 -in "$tmp/cert.01.pem" -noout -enddate):" \
	"recipients will not accept its signatures; renew it" >&2

for f in key.der cert.der; do
	cmp -s "$tmp/$f" "$out/$f" || mv "$tmp/$f" "$out/$f"
done
