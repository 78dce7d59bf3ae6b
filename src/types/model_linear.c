/*
 * model_linear.c - a linear model in a small JSON of its own.
 *
 *		{"intercept": 0.5, "coef": [1, -2], "mean": [0, 3.5], "feature_names": ["a", "b"], "link": "logistic"}
 *
 * intercept and coef as scikit-learn has them in intercept_ and coef_: with
 * several classes a row of coef, and an intercept, for each.  mean is that of
 * the training rows, which is what phi compares a row with.
 */
#include "postgres.h"

#include "types/model.h"
#include "types/model_json.h"

/* A number, or an array of them. */
static double *
one_or_more(const DmAt *at, int *n)
{
	double	   *v;

	if (at->value.type == jbvBinary)
	{
		*n = -1;
		return dm_at_numbers(at, n);
	}
	*n = 1;
	v = palloc(sizeof(double));
	v[0] = dm_at_number(at);
	return v;
}

/* [...], or [[...], ...] with a row for each output. */
static void
read_coef(const DmAt *root, DmModel *m)
{
	DmAt		coef = dm_at(root, "coef");
	int			n = dm_at_length(&coef);
	bool		rows = n > 0 && dm_at_nth(&coef, 0).value.type == jbvBinary;
	int			i;

	if (n == 0)
		dm_at_fail(&coef, "is empty");
	if (!rows)
	{
		m->features = n;
		m->outputs = 1;
		m->coef = dm_at_numbers(&coef, &n);
		return;
	}
	m->outputs = n;
	for (i = 0; i < n; i++)
	{
		DmAt		row = dm_at_nth(&coef, i);
		int			features = i == 0 ? -1 : m->features;
		double	   *v = dm_at_numbers(&row, &features);

		if (i == 0)
		{
			m->features = features;
			if (features == 0 || features > DM_MODEL_MOST_FEATURES ||
				(int64) n * features > DM_MODEL_MOST_VALUES)
				dm_at_fail(&coef, "has too few or too many values");
			m->coef = palloc(sizeof(double) * (Size) n * (Size) features);
		}
		memcpy(m->coef + (Size) i * features, v, sizeof(double) * (Size) features);
	}
}

static void
read_names(const DmAt *root, DmModel *m)
{
	DmAt		names;
	bool		named = dm_at_try(root, "feature_names", &names);
	int			i;

	if (named && dm_at_length(&names) != m->features)
		dm_at_fail(&names, psprintf("has %d names, and there are %d features", dm_at_length(&names), m->features));
	m->feature = palloc0(sizeof(DmModelFeature) * (Size) m->features);
	for (i = 0; i < m->features; i++)
	{
		if (named)
		{
			DmAt		name = dm_at_nth(&names, i);

			m->feature[i].name = dm_at_string(&name);
		}
		else
			m->feature[i].name = psprintf("f%d", i);
	}
}

static void
read_link(const DmAt *root, DmModel *m)
{
	DmAt		at;
	const char *word;
	int			i;

	m->link = DM_LINK_IDENTITY;
	m->scale = 1;
	m->objective = dm_model_links[m->link];
	if (!dm_at_try(root, "link", &at))
		return;
	word = dm_at_string(&at);
	/* the names that statisticians have for them */
	if (strcmp(word, "logit") == 0)
		word = "logistic";
	else if (strcmp(word, "log") == 0)
		word = "exp";
	for (i = 0; i < DM_LINKS; i++)
		if (strcmp(word, dm_model_links[i]) == 0)
		{
			m->link = (DmModelLink) i;
			m->objective = dm_model_links[i];
			return;
		}
	dm_at_fail(&at, "is none of identity, logistic, softmax and exp");
}

DmModel *
dm_model_from_linear(JsonbContainer *container)
{
	DmModel    *m = palloc0(sizeof(DmModel));
	DmAt		root = dm_at_root(container, "linear model",
								  "Give {\"intercept\": 0.5, \"coef\": [1, -2], \"mean\": [0, 3.5], "
								  "\"feature_names\": [\"a\", \"b\"], \"link\": \"logistic\"}.");
	DmAt		at;
	int			n;

	m->kind = DM_MODEL_LINEAR;
	m->producer = "linear";
	read_coef(&root, m);
	if (m->features > DM_MODEL_MOST_FEATURES || m->outputs > DM_MODEL_MOST_OUTPUTS)
		dm_at_fail(&root, "has too many features");
	read_names(&root, m);
	read_link(&root, m);
	at = dm_at(&root, "intercept");
	m->base = one_or_more(&at, &n);
	if (n != m->outputs)
		dm_at_fail(&at, psprintf("has %d values, and there are %d rows of coef", n, m->outputs));
	n = m->features;
	if (dm_at_try(&root, "mean", &at))
		m->mean = dm_at_numbers(&at, &n);
	else
		dm_at_fail(&at, "is missing: a contribution is coef * (value - mean)");
	return m;
}
