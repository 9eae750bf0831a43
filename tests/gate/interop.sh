# shellcheck shell=sh
# The storefront and the platform of before the contract's second version, built from git's history, and those of this tree: an
# old storefront buys on the new platform, and a new one on the old. What tries it are the flows of the screens' tests, each with
# the storefront that they were written for, and the other one's platform. Sourced by gate.sh.

INTEROP_COMMIT=2fbad74

# Why it can't be tried here, or nothing. It is no fault of the machine, so it fails nothing, in CI either.
interop_obstacle()
{
	if ! git rev-parse --git-dir >/dev/null 2>&1; then
		echo 'there is no history of git'
	elif ! git cat-file -e "$INTEROP_COMMIT^{commit}" 2>/dev/null; then
		echo "the history of git doesn't reach to $INTEROP_COMMIT: clone it whole"
	fi
}

# make_old FOLDER: the programs of that commit and their test, built once.
make_old()
{
	if [ -f "$1/made" ]; then
		return 0
	fi
	rm -rf "$1"
	mkdir -p "$1/build"
	echo "Building the storefront and the platform of $INTEROP_COMMIT"
	git archive "$INTEROP_COMMIT" | tar -x -C "$1" &&
		(cd "$1" && autoreconf -fi && cd build && ../configure -q --enable-tests CFLAGS=-O0 &&
			make -s -j"$(job_count)" vitrine vitrined tests/screens/test_flows) >"$1/make.log" 2>&1 || {
		tail -n 40 "$1/make.log"
		return 1
	}
	touch "$1/made"
}

# flows SOURCES BUILD PLATFORM: the flows of that tree, with its storefront, on that platform.
flows()
{
	(
		cd "$2" || exit 1
		top_srcdir=$1 top_builddir=$2 VITRINE=$2/vitrine VITRINED=$3 LOCPATH=$2/tests/locales PYTHON3=python3 \
			timeout -k 10 300 tests/screens/test_flows
	)
}

check_interop()
{
	obstacle=$(interop_obstacle)
	if [ -n "$obstacle" ]; then
		echo "SKIP: the storefront and the platform of before: $obstacle"
		return 0
	fi
	here=$(pwd)
	old=$here/build/before-second-version
	if ! make_old "$old" || ! make -s -C build -j"$(job_count)" vitrine vitrined tests/screens/test_flows; then
		echo 'FAIL: the build of the storefronts and the platforms'
		count 0 1
		return 0
	fi
	outcome 'the old storefront on the new platform' flows "$old" "$old/build" "$here/build/vitrined"
	outcome 'the new storefront on the old platform' flows "$here" "$here/build" "$old/build/vitrined"
}
