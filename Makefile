# datamon: see README.md. "make demo" and "make test" need nothing prepared.

EXTENSION   = datamon
EXTVERSION := $(shell sed -n "s/^default_version *= *'\(.*\)'/\1/p" datamon.control)
MODULE_big  = datamon
OBJS        = $(patsubst %.c,%.o,$(sort $(wildcard src/*.c src/*/*.c)))
PG_CPPFLAGS = -Isrc -DDATAMON_VERSION='"$(EXTVERSION)"'

# The order is the order of definition.
SQL_PARTS = $(addprefix sql/parts/, \
	00_header.sql \
	10_histogram.sql 11_value_counts.sql 12_f_beta_state.sql 13_profile.sql \
	30_distances.sql \
	40_catalog.sql 45_access.sql \
	50_source.sql 51_roles.sql 52_watch.sql 55_tick.sql 60_rules.sql 65_alerts.sql 66_run.sql 67_explain.sql 70_views.sql 71_windows.sql \
	80_worker.sql 90_privileges.sql)
DATA       = $(wildcard sql/updates/*.sql sql/releases/*.sql)
DATA_built = sql/$(EXTENSION)--$(EXTVERSION).sql

PG_CONFIG ?= pg_config
PGXS := $(shell $(PG_CONFIG) --pgxs)
include $(PGXS)

$(DATA_built): $(SQL_PARTS) datamon.control
	cat $(SQL_PARTS) > $@

$(OBJS) $(OBJS:.o=.bc): $(wildcard src/*/*.h)
