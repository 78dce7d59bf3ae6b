# shellcheck shell=bash
# common.sh - what test/bootstrap, test/run, the lints, demo and bench share.

die() { printf '%s: %s\n' "$(basename "$0")" "$*" >&2; exit 1; }

# Sets pg_config to the PostgreSQL to build against: PG_CONFIG if given, else the newest with a server and its headers.
find_pg_config() {
	local candidate bin
	for candidate in ${PG_CONFIG:+"$PG_CONFIG"} \
		$(ls -d /usr/lib/postgresql/*/bin/pg_config 2>/dev/null | sort -Vr) pg_config; do
		bin=$("$candidate" --bindir 2>/dev/null) || bin=
		# The server package alone may bring pgxs without a header.
		if [ -n "$bin" ] && [ -x "$bin/postgres" ] && [ -x "$bin/initdb" ] && [ -f "$("$candidate" --pgxs)" ] &&
			[ -f "$("$candidate" --includedir-server)/postgres.h" ]; then
			pg_config=$(command -v "$candidate")
			return 0
		fi
		# Whoever names one means that one.
		[ -z "${PG_CONFIG:-}" ] || return 1
	done
	return 1
}

# extension_settings FOLDER: the settings by which the server finds what was installed below the folder. Fails where none
# can: they exist from 18 on, and in Debian's own packages before.
extension_settings() {
	local share lib server
	share=$("$pg_config" --sharedir) lib=$("$pg_config" --pkglibdir) server=$("$pg_config" --bindir)/postgres
	if grep -aq extension_control_path "$server"; then
		printf "extension_control_path = '%s:\$system'\n" "$1$share"
	elif grep -aq extension_destdir "$server"; then
		printf "extension_destdir = '%s'\n" "$1"
	else
		return 1
	fi
	printf "dynamic_library_path = '%s:\$libdir'\n" "$1$lib"
}

# copy_tree FROM TO: the tree without anything built or left over.
copy_tree() {
	mkdir -p "$2"
	tar -C "$1" --exclude-vcs --exclude='*.o' --exclude='*.bc' --exclude='*.so' --exclude='./sql/datamon--*.sql' \
		--exclude=./build --exclude=./dist --exclude=./results --exclude=./output_iso --exclude=./log \
		--exclude=./tmp_check --exclude='./regression.*' --exclude=__pycache__ -cf - . |
		tar -C "$2" --no-same-owner -xf -
}

# closing_line PASSED FAILED SKIPPED: the last line of every test command.
closing_line() {
	printf '%d passed, %d failed' "$1" "$2"
	[ "$3" -eq 0 ] || printf ', %d skipped' "$3"
	printf '\n'
}
