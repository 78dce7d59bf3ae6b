# server.sh: build datamon and start a throwaway server for it, in a temporary folder; to be sourced. Never touches a
# system cluster. Sets $bin, $pg_config, $work; start_server exports PGHOST and the rest. The caller sets $top, $name
# and, if it likes, $settings_more, and traps cleanup on EXIT.

. "$top/test/lib/common.sh"
server='' server_user='' work='' job='' helpers=''

# Nothing of the caller's may lead a client, or make, anywhere else.
for variable in $(compgen -e); do
	case $variable in PGSYSCONFDIR | PG_CONFIG) ;; PG* | MAKE*) unset "$variable" ;; esac
done

cleanup() {
	local status=$? pid
	trap '' INT TERM HUP
	trap - EXIT
	if [ $status -ne 0 ] && [ $status -lt 128 ] && [ -s "$work/server/log" ]; then
		tail -n 5 "$work/server/log" | sed 's/^/server log: /' >&2
	fi
	if [ -n "$server" ]; then
		as_server "$bin/pg_ctl" -D "$work/server/data" -m immediate -w stop >/dev/null 2>&1 || true
	fi
	for pid in $job $helpers; do
		kill "$pid" 2>/dev/null || true
	done
	if [ -n "$work" ]; then
		rm -rf "$work"
	fi
	exit $status
}

# A shell that waits for a background job is woken by a signal at once; one that runs it in the foreground is not.
patiently() {
	"$@" &
	job=$!
	wait "$job"
	job=
}

find_postgres() {
	find_pg_config || die "no PostgreSQL with a server and its headers found: run test/bootstrap, or set PG_CONFIG"
	bin=$("$pg_config" --bindir)
}

# The server refuses to run as root: then it runs as an unprivileged user, and all else as we are.
find_user() {
	server_user=
	[ "$(id -u)" -eq 0 ] || return 0
	for server_user in postgres nobody; do
		if id "$server_user" >/dev/null 2>&1; then return; fi
	done
	die "run as an ordinary user: there is no unprivileged user for the server"
}

as_server() {
	if [ -n "$server_user" ]; then
		(cd / && exec runuser -u "$server_user" -- env HOME=/ "$@")
	else
		"$@"
	fi
}

make_work() {
	local base=${TMPDIR:-/tmp}
	# Root's own temporary folder may be closed to the server's user, and a socket's path has to be short.
	if [ -n "$server_user" ] || [ ${#base} -gt 60 ]; then base=/tmp; fi
	work=$(mktemp -d "$base/datamon-$name.XXXXXX")
	chmod 755 "$work"
	mkdir -m 700 "$work/server"
	[ -z "$server_user" ] || chown "$server_user" "$work/server"
}

build() {
	copy_tree "$top" "$work/build"
	make -s -C "$work/build" -j"$(nproc 2>/dev/null || echo 2)" PG_CONFIG="$pg_config" with_llvm=no >"$work/build.log" 2>&1 &&
		make -s -C "$work/build" install PG_CONFIG="$pg_config" with_llvm=no DESTDIR="$work/root" >>"$work/build.log" 2>&1 ||
		{ cat "$work/build.log" >&2; die "the build failed"; }
}

start_server() {
	local settings
	as_server "$bin/initdb" -D "$work/server/data" -U "$name" -A trust -E UTF8 --no-locale --no-sync >"$work/initdb.log" 2>&1 ||
		{ cat "$work/initdb.log" >&2; die "initdb failed"; }
	settings=$(extension_settings "$work/root") ||
		die "this PostgreSQL cannot load an extension from a temporary folder (18 or later can, and Debian's before)"
	# The socket's folder is closed to other users: that is what makes trust safe.
	as_server tee -a "$work/server/data/postgresql.conf" >/dev/null <<-CONF
		$settings
		shared_preload_libraries = 'datamon'
		listen_addresses = ''
		unix_socket_directories = '$work/server'
		port = 5432
		timezone = 'UTC'
		fsync = off
		synchronous_commit = off
		wal_level = minimal
		max_wal_senders = 0
		max_wal_size = 2GB
		shared_buffers = 256MB
		jit = off
		${settings_more:-}
	CONF
	server=yes
	as_server "$bin/pg_ctl" -D "$work/server/data" -l "$work/server/log" -w start >/dev/null 2>&1 ||
		{ cat "$work/server/log" >&2; die "the server did not start"; }
	export PGHOST=$work/server PGPORT=5432 PGUSER=$name PGDATABASE=postgres PGAPPNAME=$name
	client -c "CREATE DATABASE $name"
	export PGDATABASE=$name
}

client() { "$bin/psql" -Xq -v ON_ERROR_STOP=1 "$@"; }

server_traps() {
	trap cleanup EXIT
	trap 'exit 129' HUP
	trap 'exit 130' INT
	trap 'exit 143' TERM
}
