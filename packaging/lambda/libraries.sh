#!/bin/sh
# libraries.sh FOLDER: makes the archives (.a) that the program for Lambda is linked with and Debian has no packages of, in
# FOLDER/lib and FOLDER/include. Lambda's image has none of these libraries, so all of them become part of the program.
#
# Sources are what Debian keeps of the authors' releases, fetched by apt from where this machine gets its packages, and only
# as the checksums here say. A file that is in FOLDER already is not fetched. To take another release, change its line, and the
# folder's name below.
set -eu

SOURCES='
3aa806844a03442c00769b83e99970be70fbef03735ff898f4811dd03b9f5ee5 pool/main/c/cjson/cjson_1.7.18.orig.tar.gz
6766ada7101d292b42b8b15681120acd68effa4a9660935853cf6d61f0d984d4 pool/main/c/curl/curl_8.14.1.orig.tar.gz
c739578bf6b764aa0752db9a2fdadcfe921c78f1228c7ec0bb47fa804c55d17b pool/main/j/jansson/jansson_2.14.orig.tar.gz
8d52fceba532317359eca8e920c6186577aed45504f47a9be0a13c70ef8586cc pool/main/libj/libjwt/libjwt_1.17.2.orig.tar.xz
'
CFLAGS='-Os -fPIE -ffunction-sections -fdata-sections -fno-asynchronous-unwind-tables -fstack-protector-strong -D_FORTIFY_SOURCE=2'
# Where Amazon Linux 2023 keeps the authorities that certificates are checked against.
CA_BUNDLE=/etc/pki/tls/certs/ca-bundle.crt

die()
{
	printf 'libraries.sh: %s\n' "$*" >&2
	exit 1
}

has_sum()
{
	[ -f "$1" ] && [ "$(sha256sum <"$1" | cut -d' ' -f1)" = "$2" ]
}

# The address of this machine's mirror of Debian, with a slash at its end.
mirror()
{
	apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Origin: Debian' 2>/dev/null |
		grep -v 'security' | head -n 1
}

fetch()
{
	file=$(basename "$2")
	has_sum "$file" "$1" && return 0
	[ -x /usr/lib/apt/apt-helper ] || die "put $file here, in $(pwd): there is no apt that could fetch it"
	/usr/lib/apt/apt-helper -o APT::Sandbox::User="$(id -un)" download-file "$(mirror)$2" "$file" "SHA256:$1" >fetch.log 2>&1 ||
		die "$file could not be fetched; $(pwd)/fetch.log says why"
	has_sum "$file" "$1" || die "$file is not the file that was expected"
}

# compile NAME ARGUMENTS…: objects of these files, in a folder of that name.
compile()
{
	mkdir "objects-$1"
	(
		cd "objects-$1"
		shift
		# shellcheck disable=SC2086 # a list of words
		"${CC:-cc}" $CFLAGS -c "$@"
	)
}

make_cjson()
{
	mkdir include/cjson
	cp cJSON-1.7.18/cJSON.h include/cjson/
	compile cjson "$folder"/cJSON-1.7.18/cJSON.c
	ar cr lib/libcjson.a objects-cjson/*.o
}

make_jansson()
{
	# Filled in by its authors for systems like this one; what the other would say are the flags here.
	cp jansson-2.14/src/jansson.h jansson-2.14/android/jansson_config.h include/
	: >jansson-2.14/src/jansson_private_config.h
	compile jansson -I"$folder"/include -DHAVE_STDINT_H=1 -DHAVE_UNISTD_H -DHAVE_FCNTL_H -DHAVE_SCHED_H -DHAVE_SYS_STAT_H \
		-DHAVE_SYS_TIME_H -DHAVE_SYS_TYPES_H -DHAVE_OPEN -DHAVE_CLOSE -DHAVE_READ -DHAVE_GETTIMEOFDAY -DHAVE_GETPID \
		-DHAVE_SCHED_YIELD -DHAVE_ATOMIC_BUILTINS -DUSE_URANDOM -DINITIAL_HASHTABLE_ORDER=3 "$folder"/jansson-2.14/src/*.c
}

make_jwt()
{
	cp libjwt-1.17.2/include/jwt.h include/
	: >libjwt-1.17.2/libjwt/config.h
	compile jwt -I"$folder"/include -I"$here" -D_GNU_SOURCE -DHAVE_OPENSSL "$folder"/libjwt-1.17.2/libjwt/jwt.c \
		"$folder"/libjwt-1.17.2/libjwt/jwt-openssl.c
	# Jansson is hidden in it, since it has functions of names that are ours, too (base/json.h).
	ld -r -o jwt.o objects-jwt/*.o objects-jansson/*.o
	objcopy --wildcard --keep-global-symbol='jwt_*' jwt.o
	ar cr lib/libjwt.a jwt.o
}

# HTTP, HTTPS and what signs requests to AWS; nothing else of libcurl.
make_curl()
{
	(
		cd curl-8.14.1
		./configure -q --prefix=/usr --disable-shared --enable-static --with-openssl --with-ca-bundle="$CA_BUNDLE" \
			--without-ca-path --enable-aws --enable-threaded-resolver CFLAGS="$CFLAGS" \
			--disable-alt-svc --disable-cookies --disable-dict --disable-docs --disable-doh --disable-file --disable-form-api \
			--disable-ftp --disable-gopher --disable-headers-api --disable-hsts --disable-imap --disable-ipfs \
			--disable-kerberos-auth --disable-ldap --disable-ldaps --disable-manual --disable-mime --disable-mqtt \
			--disable-negotiate-auth --disable-netrc --disable-ntlm --disable-pop3 --disable-proxy --disable-rtsp \
			--disable-smb --disable-smtp --disable-telnet --disable-tftp --disable-tls-srp --disable-unix-sockets \
			--disable-verbose --disable-websockets --without-brotli --without-gssapi --without-libgsasl --without-libidn2 --without-libpsl \
			--without-librtmp --without-libssh2 --without-nghttp2 --without-zlib --without-zstd &&
			make -s -C lib -j"${JOBS:-2}"
	) >curl.log 2>&1 || {
		tail -n 40 curl.log >&2
		die 'libcurl could not be built'
	}
	cp -R curl-8.14.1/include/curl include/
	cp curl-8.14.1/lib/.libs/libcurl.a lib/
}

here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1"
script=$(cat "$here/libraries.sh" "$here/base64.h" | sha256sum)
cd "$1"
folder=$(pwd)
if [ "$(cat made 2>/dev/null)" = "$script" ]; then
	exit 0
fi
echo 'Building the libraries of the program for Lambda'
rm -rf made lib include objects-* jwt.o cJSON-* curl-*/ jansson-*/ libjwt-*/
mkdir lib include
printf '%s\n' "$SOURCES" | while read -r sum path; do
	[ -n "$path" ] || continue
	fetch "$sum" "$path"
	tar -xf "$(basename "$path")"
done
make_cjson
make_jansson
make_jwt
make_curl
rm -rf objects-* jwt.o cJSON-* curl-*/ jansson-*/ libjwt-*/
printf '%s\n' "$script" >made
