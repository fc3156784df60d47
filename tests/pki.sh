#!/bin/bash
# SPDX-License-Identifier: MIT
# pki.sh OUTDIR: keys and certificates for tests, in folders p256 and rsa (usable),
# small, p384 and chain; keys in forms that must be refused; nss, a certificate
# database that trusts their authorities.  Does nothing when OUTDIR/done is newer than
# what makes them.
set -euo pipefail
export LC_ALL=C
out=$1
fresh() {
	[[ $out/done -nt $0 && $out/done -nt tools/demo-pki.sh && $out/done -nt tools/cred.sh &&
		$out/done -nt tools/certify.sh ]]
}
fresh && exit 0
mkdir -p "$(dirname "$out")"
exec 8> "${out%/}.lock"
flock 8                 # several tests may want them at once; the first makes them
fresh && exit 0
rm -rf "$out"
mkdir -p "$out/nss"
exec 2> "$out/log"
top=$PWD

for kind in p256 rsa; do
	tools/demo-pki.sh "$out/$kind" $kind
	tools/cred.sh "$out/$kind/key.pem" "$out/$kind/cert.pem" "$out/$kind"
done
cd "$out"

# the same keys with few iterations, so that many can be tried
for kind in p256 rsa; do
	openssl pkcs8 -topk8 -in $kind/key.pem -passin pass:vitrine -out $kind/plain.pem -nocrypt
	openssl pkcs8 -topk8 -in $kind/plain.pem -v2 aes-128-cbc -v2prf hmacWithSHA256 -iter 16 \
		-passout pass:vitrine -outform DER -out $kind/quick.der
	openssl pkcs8 -topk8 -in $kind/plain.pem -nocrypt -outform DER -out $kind/plain.der
done

certify() { TMPDIR=. "$top/tools/certify.sh" "$@"; }
# what an authority or somebody may hand over by mistake
printf 'Bag Attributes\n    localKeyID: 01\nKey Attributes: <No Attributes>\n' > bag.pem
cat p256/key.pem >> bag.pem
openssl pkcs12 -export -inkey p256/plain.pem -in p256/cert.pem -passout pass:vitrine -out p256.p12
cat p256/ca.pem p256/cert.pem > ca-first.pem
openssl req -new -key p256/plain.pem -subj /CN=x -out x.csr
for use in tls:extendedKeyUsage=serverAuth,clientAuth cipher:keyUsage=keyEncipherment; do
	certify x.csr p256/plain.pem self "${use%%:*}.pem" <<< "${use#*:}"
done
certify x.csr p256/plain.pem self expired.pem 02 19991231235959Z <<< keyUsage=digitalSignature

# keys that must be refused
other() {       # name, how to encrypt
	openssl pkcs8 -topk8 -in p256/plain.pem -passout pass:vitrine "${@:2}" -out "$1.pem"
	openssl asn1parse -in "$1.pem" -noout -out "$1.der"
}
other 3des -v2 des3 -v2prf hmacWithSHA256
other sha1 -v2 aes-256-cbc -v2prf hmacWithSHA1
other scrypt -scrypt
other slow -v2 aes-256-cbc -v2prf hmacWithSHA256 -iter 1000001
openssl ec -in p256/plain.pem -out traditional.pem
openssl ec -in p256/plain.pem -aes256 -passout pass:vitrine -out traditional-encrypted.pem

unusable() {    # name, genpkey arguments
	mkdir "$1"
	openssl genpkey "${@:2}" -out "$1/plain.pem"
	openssl pkcs8 -topk8 -in "$1/plain.pem" -v2 aes-256-cbc -v2prf hmacWithSHA256 -iter 16 \
		-passout pass:vitrine -outform DER -out "$1/quick.der"
	openssl req -new -key "$1/plain.pem" -subj "/CN=$1" -out "$1/csr.pem"
	certify "$1/csr.pem" "$1/plain.pem" self "$1/cert.pem" 01 20491231235959Z < /dev/null
	openssl x509 -in "$1/cert.pem" -outform DER -out "$1/cert.der"
}
unusable small -algorithm RSA -pkeyopt rsa_keygen_bits:1024
unusable p384 -algorithm EC -pkeyopt ec_paramgen_curve:P-384 -pkeyopt ec_param_enc:named_curve
unusable ed25519 -algorithm ED25519

# root, intermediate, leaf with UTF-8 and an address in the subject
mkdir chain
authority=basicConstraints=critical,CA:TRUE
openssl req -new -newkey rsa:2048 -nodes -keyout chain/root.key -out chain/root.csr \
	-subj '/O=Root organisation'
certify chain/root.csr chain/root.key self chain/ca.pem <<< "$authority"
openssl req -new -newkey rsa:2048 -nodes -keyout chain/mid.key -out chain/mid.csr \
	-subj '/O=Middle organisation'
certify chain/mid.csr chain/root.key chain/ca.pem chain/mid.pem <<< "$authority"
openssl req -new -key rsa/plain.pem -utf8 -subj '/CN=Zoë/emailAddress=zoe@example.org' \
	-out chain/leaf.csr
certify chain/leaf.csr chain/mid.key chain/mid.pem chain/leaf.pem 80cafe \
	<<< extendedKeyUsage=emailProtection
cat chain/leaf.pem chain/mid.pem > chain/cert.pem
for c in leaf mid; do openssl x509 -in chain/$c.pem -outform DER; done > chain/cert.der
cp rsa/quick.der chain/quick.der

certutil -N -d sql:nss --empty-password
for kind in p256 rsa chain; do certutil -A -d sql:nss -n $kind -t ,C, -i $kind/ca.pem; done
touch done
