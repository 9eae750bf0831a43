# shellcheck shell=sh
# The other Debian: what is built and passes on this release has to on the next, or the one before, with the compilers and
# libraries of that one and nothing installed by hand. Sourced by gate.sh.

# The release to try, by the one that runs here.
other_release()
{
	case $(. /etc/os-release 2>/dev/null && echo "${VERSION_CODENAME:-}") in
	bookworm) echo trixie ;;
	*) echo bookworm ;;
	esac
}

# Why it can't be tried here, or nothing.
other_obstacle()
{
	if [ "$(id -u)" != 0 ]; then
		echo 'only root can make and enter a root folder'
	elif ! command -v debootstrap >/dev/null || ! command -v unshare >/dev/null; then
		echo 'debootstrap or unshare is missing'
	fi
}

# make_root RELEASE FOLDER: a minimal system of that release, made once.
make_root()
{
	if [ -d "$2" ]; then
		return 0
	fi
	rm -rf "$2.new"
	echo "Making a root of Debian's $1"
	debootstrap --variant=minbase "$1" "$2.new" >build/debootstrap.log 2>&1 || {
		tail -n 20 build/debootstrap.log
		return 1
	}
	mv "$2.new" "$2"
}

# The files of this tree, as they are now, into FOLDER; what it built there before stays.
copy_tree()
{
	mkdir -p "$1"
	find "$1" -mindepth 1 -maxdepth 1 ! -name 'build*' -exec rm -rf {} +
	if [ -e .git ] && git rev-parse --git-dir >/dev/null 2>&1; then
		git ls-files --cached --others --exclude-standard
	else
		find . -path './build*' -prune -o -type f -print
	fi | tar -c -T - | tar -x -C "$1"
}

# in_root FOLDER COMMAND…: as root of that folder, in a process and mount name space that ends with it.
in_root()
{
	cp /etc/resolv.conf "$1/etc/resolv.conf" 2>/dev/null || :
	# shellcheck disable=SC2016 # for the inner shell to expand
	unshare --mount --pid --fork --kill-child sh -c '
		root=$1
		shift
		mount -t proc proc "$root/proc" && mount --rbind /dev "$root/dev" || exit 1
		exec chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 "$@"
	' in_root "$@"
}

# What stands in for AWS and is a program by itself, so that it needn't be built once more. Where it doesn't run (it is of
# the later release) the root makes its own.
share_tools()
{
	mkdir -p "$1"
	for tool in dynoxide aws-lambda-rie dynoxide.made rie.made; do
		[ ! -f "build/aws/$tool" ] || cp -p "build/aws/$tool" "$1/"
	done
}

check_other()
{
	release=$(other_release)
	obstacle=$(other_obstacle)
	if [ -n "$obstacle" ]; then
		skipped "Debian's $release: $obstacle"
		return 0
	fi
	root=build/root-$release
	if ! make_root "$release" "$root" || ! copy_tree "$root/src"; then
		skipped "Debian's $release: no root of it could be made"
		return 0
	fi
	share_tools "$root/src/build/aws"
	# What needs sam and ministack has run above: they are Python's, the same on each release, and not set up a second time.
	counted in_root "$root" JOBS="$(job_count)" CI="${CI-}" GATE_LEAVES_OUT=VITRINE_AWS_VENV \
		sh -c 'cd /src && ./bootstrap check gcc'
}
