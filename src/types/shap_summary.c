/*
 * shap_summary.c - the shap_summary type.
 */
#include "postgres.h"

#include <math.h>

#include "mb/pg_wchar.h"

#include "base/checks.h"
#include "base/type.h"
#include "types/shap_summary.h"
#include "types/sum_io.h"

/* That nearly all sums get by with. */
#define FEW_LIMBS 12

#define AT(w, offset) ((char *) (w) + (offset))

/* ---- working form */

static DmExactSum *
sum_at(const DmShapWorking *w, int i)
{
	return (DmExactSum *) AT(w, w->sums + DM_EXACT_SUM_BYTES(w->limbs) * (Size) i);
}

static char *
names_of(const DmShapWorking *w)
{
	return AT(w, MAXALIGN(sizeof(DmShapWorking)));
}

static DmShapWorking *
make(int outputs, int features, int names, int limbs)
{
	Size		sums = MAXALIGN(sizeof(DmShapWorking)) + MAXALIGN((Size) names);
	Size		bytes;
	DmShapWorking *w;
	int			i;

	if ((int64) outputs * features > DM_SHAP_MOST_FEATURES)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("too many features for a shap_summary"),
				 errdetail("There may be %d, times outputs.", DM_SHAP_MOST_FEATURES)));
	bytes = sums + DM_EXACT_SUM_BYTES(limbs) * (Size) dm_shap_sums(outputs, features);
	w = palloc0(bytes);
	dm_header_working(w, DM_SHAP_SUMMARY, bytes);
	w->outputs = outputs;
	w->features = features;
	w->limbs = limbs;
	w->names = names;
	w->sums = sums;
	for (i = 0; i < dm_shap_sums(outputs, features); i++)
		dm_sum_init(sum_at(w, i), limbs);
	return w;
}

DmShapWorking *
dm_shap_working_new(void)
{
	return make(0, 0, 0, FEW_LIMBS);
}

/* A larger copy, whose sums hold whatever a double can be. */
static DmShapWorking *
widen(const DmShapWorking *old)
{
	DmShapWorking *w = make(old->outputs, old->features, old->names, DM_SUM_LIMBS);
	int			i;

	w->n = old->n;
	w->unused = old->unused;
	memcpy(names_of(w), names_of(old), (Size) old->names);
	for (i = 0; i < dm_shap_sums(w->outputs, w->features); i++)
		dm_sum_copy(sum_at(w, i), sum_at(old, i));
	return w;
}

static void
other_model(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("contributions of models with other features or outputs cannot be added up"),
			 errhint("Group the rows by model.")));
}

/* The features of the first row are those of all. */
static DmShapWorking *
adopt(DmShapWorking *w, int outputs, int features, const char *names, Size length)
{
	DmShapWorking *named;

	if (w->outputs > 0)
	{
		if (w->outputs != outputs || w->features != features || (Size) w->names != length ||
			memcmp(names_of(w), names, length) != 0)
			other_model();
		return w;
	}
	named = make(outputs, features, (int) length, FEW_LIMBS);
	named->unused = w->unused;
	memcpy(names_of(named), names, length);
	return named;
}

/* Add a value to sum i, which a window may be too small for; the result replaces w. */
static DmShapWorking *
add_to(DmShapWorking *w, int i, double x, bool squared)
{
	if (squared ? !dm_sum_add_product(sum_at(w, i), x, x) : !dm_sum_add(sum_at(w, i), x))
	{
		w = widen(w);
		if (squared ? !dm_sum_add_product(sum_at(w, i), x, x) : !dm_sum_add(sum_at(w, i), x))
			elog(ERROR, "sum does not fit its widest window");
	}
	return w;
}

/* Leaves or features near the ends of double can add up to more than there is. */
static bool
all_finite(const DmOpenModel *open)
{
	Size		n = (Size) (open->model->features + 1) * (Size) open->model->outputs;
	Size		i;

	for (i = 0; i < n; i++)
		if (!isfinite(open->phi[i]))
			return false;
	return true;
}

DmShapWorking *
dm_shap_working_add(DmShapWorking *w, const DmOpenModel *open)
{
	const DmModel *m = open->model;
	const double *phi = open->phi;
	int			at = 0;
	int			o;
	int			i;

	if (!all_finite(open))
	{
		w->unused = dm_add_count(w->unused, 1);
		return w;
	}
	w = adopt(w, m->outputs, m->features, open->names, open->names_length);
	w->n = dm_add_count(w->n, 1);
	for (o = 0; o < m->outputs; o++)
	{
		for (i = 0; i < m->features; i++, phi++)
		{
			w = add_to(w, at++, *phi, false);
			w = add_to(w, at++, *phi, true);
			w = add_to(w, at++, fabs(*phi), false);
		}
		w = add_to(w, at++, *phi++, false);
	}
	return w;
}

/* ---- reading and packing */

static void
read_working(const DmShapWorking *w, DmShapSummary *out)
{
	const char *name = names_of(w);
	int			sums = dm_shap_sums(w->outputs, w->features);
	int			i;

	out->n = w->n;
	out->unused = w->unused;
	out->outputs = w->outputs;
	out->features = w->features;
	out->name = palloc(sizeof(char *) * (Size) Max(w->features, 1));
	out->sum = palloc(sizeof(DmExactSum *) * (Size) Max(sums, 1));
	for (i = 0; i < w->features; i++)
	{
		out->name[i] = name;
		name += strlen(name) + 1;
	}
	for (i = 0; i < sums; i++)
		out->sum[i] = sum_at(w, i);
}

static bool
read_packed(const struct varlena *packed, DmShapSummary *out)
{
	DmReader	r;
	uint64		outputs;
	uint64		features;
	int			sums;
	int			i;

	dm_reader_init(&r, packed);
	out->n = dm_get_varint(&r);
	out->unused = dm_get_varint(&r);
	outputs = dm_get_varint(&r);
	features = dm_get_varint(&r);
	/* a feature takes a byte for its name's length, and one for each sum */
	if (r.failed || outputs > DM_SHAP_MOST_FEATURES || features > DM_SHAP_MOST_FEATURES ||
		outputs * features > DM_SHAP_MOST_FEATURES || (outputs > 0) != (out->n > 0) ||
		(features > 0) != (out->n > 0) || out->n > PG_INT64_MAX || out->unused > PG_INT64_MAX ||
		outputs * features * DM_SHAP_SUMS > (uint64) (r.end - r.pos))
		return false;
	out->outputs = (int) outputs;
	out->features = (int) features;
	sums = dm_shap_sums(out->outputs, out->features);
	out->name = palloc(sizeof(char *) * (Size) Max(features, 1));
	out->sum = palloc(sizeof(DmExactSum *) * (Size) Max(sums, 1));
	for (i = 0; i < out->features; i++)
	{
		uint64		len = dm_get_varint(&r);
		const uint8 *bytes = len <= DM_MODEL_MOST_NAME ? dm_get_bytes(&r, len) : NULL;

		if (bytes == NULL || memchr(bytes, 0, len) || !pg_verifymbstr((const char *) bytes, (int) len, true))
			return false;
		out->name[i] = pnstrdup((const char *) bytes, len);
	}
	for (i = 0; i < sums && !r.failed; i++)
		out->sum[i] = dm_sum_read(&r);
	return !r.failed && r.pos == r.end;
}

void
dm_shap_summary_read(const struct varlena *value, DmShapSummary *out)
{
	if (DM_IS_WORKING(value))
		read_working((const DmShapWorking *) value, out);
	else if (!read_packed(value, out))
		dm_corrupt(DM_SHAP_SUMMARY_NAME);
}

static struct varlena *
write_summary(const DmShapSummary *s)
{
	StringInfoData buf;
	int			i;

	dm_packed_begin(&buf, DM_SHAP_SUMMARY);
	dm_put_varint(&buf, s->n);
	dm_put_varint(&buf, s->unused);
	dm_put_varint(&buf, (uint64) s->outputs);
	dm_put_varint(&buf, (uint64) s->features);
	for (i = 0; i < s->features; i++)
	{
		dm_put_varint(&buf, strlen(s->name[i]));
		appendBinaryStringInfo(&buf, s->name[i], (int) strlen(s->name[i]));
	}
	for (i = 0; i < dm_shap_sums(s->outputs, s->features); i++)
		dm_sum_write(&buf, s->sum[i]);
	return dm_packed_finish(&buf);
}

static struct varlena *
pack_summary(const struct varlena *working)
{
	DmShapSummary s;

	read_working((const DmShapWorking *) working, &s);
	return write_summary(&s);
}

static struct varlena *
merge_summary(struct varlena *state, const struct varlena *value)
{
	DmShapWorking *w = state ? (DmShapWorking *) state : dm_shap_working_new();
	DmShapSummary s;
	int			i;

	dm_shap_summary_read(value, &s);
	if (s.n > 0)
	{
		StringInfoData names;

		initStringInfo(&names);
		for (i = 0; i < s.features; i++)
			appendBinaryStringInfo(&names, s.name[i], (int) strlen(s.name[i]) + 1);
		w = adopt(w, s.outputs, s.features, names.data, (Size) names.len);
		for (i = 0; i < dm_shap_sums(s.outputs, s.features); i++)
			if (!dm_sum_add_sum(sum_at(w, i), s.sum[i]))
			{
				w = widen(w);
				if (!dm_sum_add_sum(sum_at(w, i), s.sum[i]))
					elog(ERROR, "sum does not fit its widest window");
			}
	}
	w->n = dm_add_count(w->n, s.n);
	w->unused = dm_add_count(w->unused, s.unused);
	return (struct varlena *) w;
}

/* Squares and absolute values are not negative, and what they allow is not exceeded. */
static bool
plausible(const DmShapSummary *s)
{
	int			o;
	int			i;

	for (o = 0; o < s->outputs; o++)
		for (i = 0; i < s->features; i++)
		{
			DmExactSum **sum = s->sum + o * (DM_SHAP_SUMS * s->features + 1) + DM_SHAP_SUMS * i;
			double		absolute = dm_sum_to_double(sum[DM_SHAP_ABSOLUTE]);

			if (absolute < fabs(dm_sum_to_double(sum[DM_SHAP_PHI])) ||
				dm_sum_to_double(sum[DM_SHAP_SQUARE]) < 0 ||
				(absolute == 0) != (dm_sum_to_double(sum[DM_SHAP_SQUARE]) == 0))
				return false;
		}
	return true;
}

static bool
valid_summary(const struct varlena *packed)
{
	DmShapSummary s;

	return read_packed(packed, &s) && plausible(&s) && dm_packed_equal(packed, write_summary(&s));
}

/* ---- text */

static const char *const sum_names[DM_SHAP_SUMS] = {"phi", "squares", "absolute"};

static void
print_summary(StringInfo buf, const struct varlena *packed)
{
	DmShapSummary s;
	int			at = 0;
	int			o;
	int			i;
	int			k;

	dm_shap_summary_read(packed, &s);
	appendStringInfo(buf, "{\"n\":" UINT64_FORMAT ",\"unused\":" UINT64_FORMAT ",\"features\":[", s.n, s.unused);
	for (i = 0; i < s.features; i++)
	{
		if (i > 0)
			appendStringInfoChar(buf, ',');
		dm_json_put_string(buf, s.name[i], strlen(s.name[i]));
	}
	appendStringInfoString(buf, "],\"outputs\":[");
	for (o = 0; o < s.outputs; o++)
	{
		appendStringInfoString(buf, o > 0 ? ",{" : "{");
		for (i = 0; i < s.features; i++)
		{
			appendStringInfo(buf, "%s{", i > 0 ? "," : "\"features\":[");
			for (k = 0; k < DM_SHAP_SUMS; k++)
			{
				if (k > 0)
					appendStringInfoChar(buf, ',');
				dm_sum_write_json(buf, sum_names[k], s.sum[at++]);
			}
			appendStringInfoChar(buf, '}');
		}
		appendStringInfoString(buf, "],");
		dm_sum_write_json(buf, "expected", s.sum[at++]);
		appendStringInfoChar(buf, '}');
	}
	appendStringInfoString(buf, "]}");
}

static void
parse_names(DmJson *j, DmShapSummary *s)
{
	int			room = 0;

	dm_json_expect(j, ',');
	dm_json_key(j, "features");
	dm_json_expect(j, '[');
	while (!j->failed && !dm_json_try(j, ']'))
	{
		if (s->features > 0)
			dm_json_expect(j, ',');
		if (s->features == room)
		{
			room = Max(2 * room, 16);
			s->name = s->name ? repalloc(s->name, sizeof(char *) * (Size) room) :
				palloc(sizeof(char *) * (Size) room);
		}
		s->name[s->features++] = dm_json_string(j);
		if (!j->failed && (strlen(s->name[s->features - 1]) > DM_MODEL_MOST_NAME ||
						   s->features > DM_SHAP_MOST_FEATURES))
			dm_json_fail(j, "Too many features, or too long a name");
	}
}

static void
parse_output(DmJson *j, DmShapSummary *s)
{
	int			sums = dm_shap_sums(1, s->features);
	int			at = s->outputs * sums;
	int			i;
	int			k;

	if ((int64) (s->outputs + 1) * s->features > DM_SHAP_MOST_FEATURES)
	{
		dm_json_fail(j, "Too many features and outputs");
		return;
	}
	if (s->outputs == 0)
		s->sum = palloc(sizeof(DmExactSum *) * (Size) sums);
	else if ((s->outputs & (s->outputs - 1)) == 0)
		s->sum = repalloc(s->sum, sizeof(DmExactSum *) * 2 * (Size) at);
	dm_json_expect(j, '{');
	dm_json_key(j, "features");
	dm_json_expect(j, '[');
	for (i = 0; i < s->features && !j->failed; i++)
	{
		if (i > 0)
			dm_json_expect(j, ',');
		dm_json_expect(j, '{');
		for (k = 0; k < DM_SHAP_SUMS; k++)
		{
			if (k > 0)
				dm_json_expect(j, ',');
			s->sum[at++] = dm_sum_read_json(j, sum_names[k]);
		}
		dm_json_expect(j, '}');
	}
	dm_json_expect(j, ']');
	dm_json_expect(j, ',');
	s->sum[at] = dm_sum_read_json(j, "expected");
	dm_json_expect(j, '}');
	s->outputs++;
}

static struct varlena *
parse_summary(DmJson *j)
{
	DmShapSummary s;

	memset(&s, 0, sizeof(s));
	dm_json_expect(j, '{');
	dm_json_key(j, "n");
	s.n = dm_json_count(j);
	dm_json_expect(j, ',');
	dm_json_key(j, "unused");
	s.unused = dm_json_count(j);
	parse_names(j, &s);
	dm_json_expect(j, ',');
	dm_json_key(j, "outputs");
	dm_json_expect(j, '[');
	while (!j->failed && !dm_json_try(j, ']'))
	{
		if (s.outputs > 0)
			dm_json_expect(j, ',');
		parse_output(j, &s);
	}
	dm_json_expect(j, '}');
	return j->failed ? NULL : write_summary(&s);
}

static const DmType shap_summary_type = {
	DM_SHAP_SUMMARY, DM_SHAP_SUMMARY_NAME, print_summary, parse_summary, valid_summary, pack_summary, merge_summary
};

DM_TYPE_FUNCTIONS(shap_summary, shap_summary_type);
