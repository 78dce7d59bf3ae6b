# datamon: see README.md. "make demo" and "make test" need nothing prepared; docs/testing.md explains the test goals.

EXTENSION   = datamon
EXTVERSION := $(shell sed -n "s/^default_version *= *'\(.*\)'/\1/p" datamon.control)
MODULE_big  = datamon

# ---- sources

OBJS        = $(patsubst %.c,%.o,$(sort $(wildcard src/*.c src/*/*.c)))
PG_CPPFLAGS = -Isrc -DDATAMON_VERSION='"$(EXTVERSION)"'
WARNINGS    = -Wall -Wextra -Wno-unused-parameter -Wno-sign-compare -Wno-missing-field-initializers
WERROR      =
PG_CFLAGS  += $(WARNINGS) $(WERROR)

# The numbers are the order of definition. A line "-- @type NAME" stands for type.sql.in (sql/parts/assemble).
SQL_PARTS  = $(sort $(wildcard sql/parts/*.sql))
DATA       = $(wildcard sql/updates/*.sql sql/releases/*.sql)
DATA_built = sql/$(EXTENSION)--$(EXTVERSION).sql
DOCS       = $(wildcard docs/*.md)

# ---- PostgreSQL; without it, the goals that fetch it still work

PG_CONFIG ?= pg_config
PGXS      := $(wildcard $(shell $(PG_CONFIG) --pgxs 2>/dev/null))
ISOLATION_TESTER = $(wildcard $(dir $(PGXS))../test/isolation/pg_isolation_regress)

# ---- make installcheck: test/sql and test/specs against expected/, and test/t

REGRESS      = $(patsubst test/sql/%.sql,%,$(sort $(wildcard test/sql/*.sql)))
REGRESS_OPTS = --inputdir=test --load-extension=$(EXTENSION) --encoding=UTF8 --no-locale

# PostgreSQL 13 installs no isolation tester. Without --outputdir, 15 and older do not look into ./expected.
ifneq ($(ISOLATION_TESTER),)
ISOLATION      = $(patsubst test/specs/%.spec,%,$(sort $(wildcard test/specs/*.spec)))
ISOLATION_OPTS = --inputdir=test --outputdir=. --load-extension=$(EXTENSION)
endif

PROVE_TESTS  = $(sort $(wildcard test/t/*.pl))
ifneq ($(PROVE_TESTS),)
TAP_TESTS    = 1
endif

EXTRA_CLEAN = build dist results output_iso tmp_check tmp_check_iso log regression.diffs regression.out

ifneq ($(PGXS),)
include $(PGXS)
PROVE_FLAGS += -I test/perl
else
.DEFAULT_GOAL = all
all install installcheck clean:
	@echo "No PostgreSQL server headers: run test/bootstrap, or set PG_CONFIG." >&2; exit 1
endif

$(DATA_built): $(SQL_PARTS) sql/parts/type.sql.in sql/parts/assemble datamon.control
	sql/parts/assemble $(SQL_PARTS) > $@

# PGXS follows no headers; the bitcode has to follow them too, or the JIT inlines stale code.
$(OBJS) $(OBJS:.o=.bc): $(wildcard src/*/*.h) datamon.control

# ---- the kernels' own tests: plain C programs, no server, no PostgreSQL header

UNIT        = $(patsubst test/unit/%.c,build/unit/%,$(sort $(wildcard test/unit/*.c)))
UNIT_KERNEL = $(patsubst src/%.c,build/%.o,$(sort $(wildcard src/stats/*.c)))
# -f...: the rules of C under which the server, and the library, are compiled
UNIT_CFLAGS = -std=c11 -O2 -g -fwrapv -fno-strict-aliasing -Wall -Wextra -Werror -Isrc

unitcheck: unitbuild
	prove --exec '' $(UNIT)

unitbuild: $(UNIT)

$(UNIT_KERNEL): build/%.o: src/%.c $(wildcard src/stats/*.h)
	@mkdir -p $(@D)
	$(CC) $(UNIT_CFLAGS) -c -o $@ $<

$(UNIT): build/unit/%: test/unit/%.c $(UNIT_KERNEL) $(wildcard test/unit/*.h src/stats/*.h)
	@mkdir -p $(@D)
	$(CC) $(UNIT_CFLAGS) -o $@ $< $(UNIT_KERNEL) -lm

# ---- goals that start from a bare machine

test:
	@test/bootstrap
	@test/run

demo:
	@test/bootstrap
	@demo/run

lint:
	@test/bootstrap lint
	@test/lint/run

bench:
	@test/bootstrap bench
	@test/bench/run

dist:
	@mkdir -p dist
	git archive --format=tar.gz --prefix=$(EXTENSION)-$(EXTVERSION)/ -o dist/$(EXTENSION)-$(EXTVERSION).tar.gz HEAD

.PHONY: test demo lint bench dist unitcheck unitbuild
