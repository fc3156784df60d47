#!/bin/bash
# SPDX-License-Identifier: MIT
# certify.sh REQUEST CA-KEY CA-CERT OUT [SERIAL [TO]] < EXTENSIONS: a certificate for the request,
# with the extensions on standard input.  CA-CERT `self`: the request's own key signs it.  It is
# valid on any day (RFC 5280 section 4.1.2.5: no well-defined end), or until TO (YYYYMMDDHHMMSSZ),
# so that neither today's date nor a wrong clock decides whether demonstration and tests work.
set -euo pipefail
export LC_ALL=C

[[ $# -ge 4 && $# -le 6 ]] || {
	echo 'usage: certify.sh REQUEST CA-KEY CA-CERT|self OUT [SERIAL [TO]] < EXTENSIONS' >&2
	exit 1
}
# Random: NSS refuses a second certificate with the issuer and serial of one that it has.
serial=${5:-01$(openssl rand -hex 15)} to=${6:-99991231235959Z}
tmp=$(mktemp -d "${TMPDIR:-/tmp}/certify.XXXXXX")
trap 'rm -rf "$tmp"' EXIT
if [[ $3 == self ]]; then signer=(-selfsign); else signer=(-cert "$3"); fi
cat > "$tmp/extensions"
: > "$tmp/index"
echo "$serial" > "$tmp/serial"
# `openssl x509` knows only "from now on"; `openssl ca` takes dates, and wants a folder for it
cat > "$tmp/config" << END
[ca]
default_ca = this
[this]
database = $tmp/index
serial = $tmp/serial
new_certs_dir = $tmp
default_md = sha256
policy = any
email_in_dn = yes
[any]
countryName = optional
organizationName = optional
commonName = optional
emailAddress = optional
END
openssl ca -batch -notext -utf8 -preserveDN -config "$tmp/config" -in "$1" -keyfile "$2" \
	"${signer[@]}" \
	-extfile "$tmp/extensions" -startdate 20000101000000Z -enddate "$to" -out "$4"
