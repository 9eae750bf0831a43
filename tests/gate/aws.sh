# shellcheck shell=sh
# What stands in for AWS in the tests, all of it free software, each pinned to a version and set up once in build/aws/:
#
#     venv             sam, which builds and deploys the template, and ministack, which it is deployed to (Python)
#     dynoxide         DynamoDB (Rust)
#     aws-lambda-rie   Lambda's runtime (Go)
#
# What can't be set up here is left out, with the reason, and the tests that want it are skipped. They find it by the variables
# that aws_export sets. Sourced by gate.sh and bootstrap.

AWS_TOOLS=build/aws
DYNOXIDE_VERSION=3.2.0
DYNOXIDE_RUST=1.85
RIE_VERSION=v0.0.0-20261030222936-bef5c4ba774d
RIE_GO=1.24

# at_least WANTED FOUND: versions of numbers and dots.
at_least()
{
	[ "$(printf '%s\n%s\n' "$1" "$2" | sort -V | head -n 1)" = "$1" ]
}

# set_up NAME STAMP: unless it is there already in this version, aws_make_NAME makes it; false with the reason printed.
set_up()
{
	if [ "$(cat "$AWS_TOOLS/$1.made" 2>/dev/null)" = "$2" ] && "aws_runs_$1" >/dev/null 2>&1; then
		return 0
	fi
	mkdir -p "$AWS_TOOLS"
	rm -f "$AWS_TOOLS/$1.made"
	why=$("aws_obstacle_$1")
	if [ -n "$why" ]; then
		skipped "$1: $why"
		return 0
	fi
	echo "Setting up $AWS_TOOLS/$1"
	if "aws_make_$1" >"$AWS_TOOLS/$1.log" 2>&1 && "aws_runs_$1" >>"$AWS_TOOLS/$1.log" 2>&1; then
		printf '%s\n' "$2" >"$AWS_TOOLS/$1.made"
	else
		tail -n 5 "$AWS_TOOLS/$1.log"
		skipped "$1: it could not be set up; $AWS_TOOLS/$1.log has all of it"
	fi
}

aws_stamp_venv()
{
	python3 --version
	sha256sum <tests/aws/requirements.txt
}

aws_obstacle_venv()
{
	at_least 3.11 "$(python3 -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null || echo 0)" ||
		echo 'it wants Python 3.11 or later'
}

aws_make_venv()
{
	rm -rf "$AWS_TOOLS/venv"
	python3 -m venv "$AWS_TOOLS/venv" &&
		"$AWS_TOOLS/venv/bin/pip" install --no-deps --require-hashes --only-binary :all: --no-compile -q \
			-r tests/aws/requirements.txt
}

aws_runs_venv()
{
	[ -x "$AWS_TOOLS/venv/bin/sam" ] && [ -x "$AWS_TOOLS/venv/bin/ministack" ] && "$AWS_TOOLS/venv/bin/python" -c 'import cryptography'
}

aws_obstacle_dynoxide()
{
	if ! command -v cargo >/dev/null; then
		echo 'there is no cargo'
	elif ! at_least "$DYNOXIDE_RUST" "$(cargo --version | cut -d' ' -f2)"; then
		echo "it wants cargo $DYNOXIDE_RUST or later; this is $(cargo --version | cut -d' ' -f2)"
	fi
}

# Built for tests: a minute of compiling less is worth more than its last bit of speed.
aws_make_dynoxide()
{
	env CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 CARGO_PROFILE_RELEASE_OPT_LEVEL=1 \
		CARGO_TARGET_DIR="$AWS_TOOLS/dynoxide.target" cargo install dynoxide-rs --version "=$DYNOXIDE_VERSION" --locked \
		--no-default-features --features native-sqlite,http-server,cli --jobs "$(job_count)" --root "$AWS_TOOLS/dynoxide.root" &&
		mv "$AWS_TOOLS/dynoxide.root/bin/dynoxide" "$AWS_TOOLS/dynoxide" &&
		rm -rf "$AWS_TOOLS/dynoxide.target" "$AWS_TOOLS/dynoxide.root"
}

aws_runs_dynoxide()
{
	"$AWS_TOOLS/dynoxide" --version
}

aws_obstacle_rie()
{
	if ! command -v go >/dev/null; then
		echo 'there is no Go'
	elif ! at_least "$RIE_GO" "$(go env GOVERSION | sed 's/^go//')"; then
		echo "it wants Go $RIE_GO or later; this is $(go env GOVERSION)"
	fi
}

aws_make_rie()
{
	env GOBIN="$(pwd)/$AWS_TOOLS" GOTOOLCHAIN=local CGO_ENABLED=0 GOFLAGS=-p="$(job_count)" \
		go install "github.com/aws/aws-lambda-runtime-interface-emulator/cmd/aws-lambda-rie@$RIE_VERSION"
}

# It has no option that only shows something.
aws_runs_rie()
{
	[ -x "$AWS_TOOLS/aws-lambda-rie" ]
}

# Sets up what isn't there yet.
aws_set_up()
{
	[ "${GATE_LEAVES_OUT-}" = VITRINE_AWS_VENV ] || set_up venv "$(aws_stamp_venv)"
	set_up dynoxide "$DYNOXIDE_VERSION"
	set_up rie "$RIE_VERSION"
}

# For the tests: what is there.
aws_export()
{
	VITRINE_AWS_VENV='' VITRINE_DYNOXIDE='' VITRINE_RIE=''
	[ ! -f "$AWS_TOOLS/venv.made" ] || VITRINE_AWS_VENV=$(pwd)/$AWS_TOOLS/venv
	[ ! -f "$AWS_TOOLS/dynoxide.made" ] || VITRINE_DYNOXIDE=$(pwd)/$AWS_TOOLS/dynoxide
	[ ! -f "$AWS_TOOLS/rie.made" ] || VITRINE_RIE=$(pwd)/$AWS_TOOLS/aws-lambda-rie
	export VITRINE_AWS_VENV VITRINE_DYNOXIDE VITRINE_RIE
}

# What takes the whole of it: template, package, deployment. These run once, on the build with gcc.
AWS_WHOLE='sam package deploy api roles'

# Why the program for Lambda can't be built here, or nothing. From 2.38 on, libc's headers give strtol and its like other names.
aws_obstacle_whole()
{
	libc=$(getconf GNU_LIBC_VERSION 2>/dev/null | cut -d' ' -f2)
	at_least "${libc:-0}" 2.37 ||
		echo "what is built with libc $libc doesn't run on Lambda's image, whose libc is older; Debian 12 builds it"
}

check_aws()
{
	why=$(aws_obstacle_whole)
	if [ -n "$why" ]; then
		skipped "the deployment: $why"
		return 0
	fi
	if ! (configure_in build --enable-werror --enable-tests CC=gcc) || ! make -s -C build -j"$(job_count)" all ||
		! make -s -C build -j"$(job_count)" check TESTS=; then
		echo 'FAIL: the build in build'
		count 0 1
		return 0
	fi
	for whole in $AWS_WHOLE; do
		echo "---- tests/aws/whole_$whole.py"
		counted timeout -k 10 900 env top_srcdir="$(pwd)" top_builddir="$(pwd)/build" VITRINE="$(pwd)/build/vitrine" \
			PYTHON3=python3 python3 -B "tests/aws/whole_$whole.py"
	done
}
