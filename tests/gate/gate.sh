# shellcheck shell=sh
# The gate: everything that `./bootstrap check` runs, in order of what breaks most. Sourced by bootstrap, which has
# installed and generated what is needed. Every stage runs, whatever became of those before it; the last line that is
# printed is `N passed, N failed`, and the status says the same.

. tests/gate/aws.sh
. tests/gate/interop.sh
. tests/gate/other.sh

gate_passed=0
gate_failed=0
gate_slowest=

# The stages, in order; stage_NAME runs one.
GATE_STAGES='gcc sanitizers tidy openapi try aws interop archive other'

now()
{
	date +%s
}

# stage HEADING COMMAND…: runs it with a heading before and its duration after.
stage()
{
	heading=$1
	shift
	printf '\n==== %s\n' "$heading"
	began=$(now)
	"$@"
	seconds=$(($(now) - began))
	printf '==== %s: %d s\n' "$heading" "$seconds"
	gate_slowest="$gate_slowest$(printf '%6d s  %s' "$seconds" "$heading")
"
}

# count PASSED FAILED
count()
{
	gate_passed=$((gate_passed + $1))
	gate_failed=$((gate_failed + $2))
}

# skipped REASON: what can't be tried on this machine. In continuous integration nothing may be left out.
skipped()
{
	echo "SKIP: $*"
	if [ "${CI-}" = true ]; then
		echo 'FAIL: with CI=true nothing may be skipped'
		count 0 1
	fi
}

# counted COMMAND…: runs what prints `N passed, N failed` as its last line, and counts that. What ends otherwise is one
# failure, but status 77: it can't be tried here, and the first line says why.
counted()
{
	"$@" >build/gate.out 2>&1 && status=0 || status=$?
	if [ "$status" = 77 ]; then
		skipped "$(head -n 1 build/gate.out)"
		return 0
	fi
	cat build/gate.out
	line=$(tail -n 1 build/gate.out)
	passed=$(expr "$line" : '\([0-9][0-9]*\) passed, [0-9][0-9]* failed$' || :)
	failed=$(expr "$line" : '[0-9][0-9]* passed, \([0-9][0-9]*\) failed$' || :)
	if [ "$status" != 0 ] && [ "${failed:-0}" = 0 ]; then
		failed=1
	fi
	count "${passed:-0}" "${failed:-1}"
}

# outcome NAME COMMAND…: one test, that passes when the command does; its output is shown when it doesn't.
outcome()
{
	name=$1
	shift
	if "$@" >build/gate.out 2>&1; then
		echo "PASS: $name"
		count 1 0
	else
		tail -n 80 build/gate.out
		echo "FAIL: $name"
		count 0 1
	fi
}

# build_and_test FOLDER ARGUMENTS…: a build with these arguments of configure, and its `make check`.
build_and_test()
{
	folder=$1
	shift
	if ! (configure_in "$folder" "$@") || ! make -s -C "$folder" -j"$(job_count)" all; then
		echo "FAIL: the build in $folder"
		count 0 1
		return 0
	fi
	find "$folder/tests" \( -name '*.log' -o -name '*.trs' \) -exec rm -f {} + 2>/dev/null || :
	make -s -C "$folder" -j"$(job_count)" check >"$folder/check.out" 2>&1 && status=0 || status=$?
	grep -E '^(PASS|FAIL|ERROR|SKIP|XPASS|XFAIL): ' "$folder/check.out" || :
	if [ "$status" != 0 ] && ! grep -q '^# TOTAL:' "$folder/check.out"; then
		tail -n 60 "$folder/check.out"
	fi
	counted python3 -B tests/gate/tally.py "$folder" "$status"
}

# The linter of openapi.yaml is npm's; it is installed anew when its lock file changes.
lint_openapi()
{
	home=build/openapi-lint
	if [ ! -f openapi.yaml ]; then
		echo 'There is no openapi.yaml yet'
		return 0
	fi
	mkdir -p "$home"
	if ! cmp -s tests/openapi/package-lock.json "$home/installed"; then
		rm -f "$home/installed"
		cp tests/openapi/package.json tests/openapi/package-lock.json tests/openapi/.npmrc "$home/"
		if ! (cd "$home" && { npm ci --no-audit --no-fund --ignore-scripts ||
			npm ci --no-audit --no-fund --ignore-scripts; } >npm.log 2>&1); then
			tail -n 40 "$home/npm.log"
			echo 'FAIL: npm could not install the linter of openapi.yaml'
			count 0 1
			return 0
		fi
		cp tests/openapi/package-lock.json "$home/installed"
	fi
	outcome 'openapi.yaml' env REDOCLY_TELEMETRY=off REDOCLY_SUPPRESS_UPDATE_NOTICE=true CI=true \
		"$home/node_modules/.bin/redocly" lint --config tests/openapi/redocly.yaml openapi.yaml
}

# What git has, or would have, and the archive has not.
left_out()
{
	tar -tf "$1" | sed 's#^[^/]*/##' | sort >build/archived
	git ls-files --cached --others --exclude-standard | sort -u >build/tracked
	comm -23 build/tracked build/archived | grep -vE '^(\.github/|\.gitattributes$)' >build/left-out || return 0
	echo 'These are not in the archive; name them in a build.mk (SOURCES or EXTRA_DIST):'
	cat build/left-out
	return 1
}

# The archive unpacks, configures, builds, passes the tests of its sources, installs, uninstalls and cleans. The other
# tests have run above.
check_archive()
{
	chmod -R u+w build/vitrine-[0-9]* 2>/dev/null || :
	rm -rf build/vitrine-[0-9]*
	# shellcheck disable=SC2016 # for make to expand
	outcome 'make distcheck' make -s -C build -j"$(job_count)" distcheck 'TESTS=$(LINT_TESTS)' \
		DISTCHECK_CONFIGURE_FLAGS='--enable-tests CFLAGS=-O0'
	if [ -e .git ] && command -v git >/dev/null && git rev-parse --git-dir >/dev/null 2>&1; then
		archive=$(find build -maxdepth 1 -name 'vitrine-*.tar.xz' | head -n 1)
		outcome 'everything is in the archive' left_out "${archive:-none}"
	fi
}

stage_gcc()
{
	stage 'gcc: build and test' build_and_test build --enable-werror --enable-tests CC=gcc
}

stage_sanitizers()
{
	stage 'clang with sanitizers: build and test' \
		build_and_test build-sanitize --enable-werror --enable-sanitizers --enable-tests CC=clang
}

stage_tidy()
{
	stage 'clang-tidy' counted python3 -B tests/gate/tidy.py build "$(job_count)"
}

stage_openapi()
{
	stage 'openapi.yaml: lint' lint_openapi
}

# Schemathesis is PyPI's; it is installed anew when its list of hashes changes.
try_openapi()
{
	home=build/schemathesis
	if ! cmp -s tests/openapi/schemathesis.txt "$home/installed"; then
		rm -rf "$home"
		mkdir -p "$home"
		if ! { python3 -m venv "$home/venv" && "$home/venv/bin/pip" install -q --disable-pip-version-check \
			--require-hashes --only-binary :all: -r tests/openapi/schemathesis.txt; } >"$home/pip.log" 2>&1; then
			tail -n 10 "$home/pip.log"
			skipped 'Schemathesis: pip could not install it'
			return 0
		fi
		cp tests/openapi/schemathesis.txt "$home/installed"
	fi
	if ! { [ -f build/config.status ] || configure_plain; } || ! make -s -C build -j"$(job_count)" vitrined; then
		echo 'FAIL: the build of vitrined'
		count 0 1
		return 0
	fi
	counted python3 -B tests/openapi/try_api.py "$home/venv/bin/st" build/vitrined openapi.yaml
}

stage_try()
{
	stage 'openapi.yaml: tried on a real platform' try_openapi
}

stage_aws()
{
	stage 'the platform on AWS' check_aws
}

stage_interop()
{
	stage 'the storefront and the platform of before: with those of now' check_interop
}

stage_archive()
{
	stage 'the archive: make distcheck' check_archive
}

stage_other()
{
	stage 'the other Debian: build and test' check_other
}

# gate [STAGE…]: all of them when none is named.
gate()
{
	gate_began=$(now)
	unset CMOCKA_MESSAGE_OUTPUT CMOCKA_TEST_FILTER MAKEFLAGS MFLAGS TESTS || :
	mkdir -p build

	# The other Debian is lent some of it.
	case " ${*:-$GATE_STAGES} " in
	*' gcc '* | *' sanitizers '* | *' aws '* | *' other '*) stage 'what stands in for AWS: set up' aws_set_up ;;
	esac
	aws_export
	for name in ${*:-$GATE_STAGES}; do
		case " $GATE_STAGES " in
		*" $name "*) "stage_$name" ;;
		*) die "there is no stage \`$name' of the check; there are: $GATE_STAGES" ;;
		esac
	done

	printf '\n%s%6d s  in all\n\n' "$gate_slowest" $(($(now) - gate_began))
	echo "$gate_passed passed, $gate_failed failed"
	[ "$gate_failed" = 0 ] && [ "$gate_passed" != 0 ]
}
