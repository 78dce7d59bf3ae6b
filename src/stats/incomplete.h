/*
 * incomplete.h - tails of the gamma and the beta distribution at one point,
 * as a factor and an integral, the form that quantiles are solved in.
 */
#ifndef DATAMON_INCOMPLETE_H
#define DATAMON_INCOMPLETE_H

/* x of shape a; excess is x - a, given apart because it may be known better. */
typedef struct DmGammaPoint
{
	double		a;
	double		x;
	double		log_x;
	double		excess;
} DmGammaPoint;

/* x + y = 1, and drift is a y - b x; all are known better than x alone tells. */
typedef struct DmBetaPoint
{
	double		a;
	double		b;
	double		x;
	double		y;
	double		log_x;
	double		log_y;
	double		drift;
} DmBetaPoint;

/*
 * A tail is exp(log_factor) * integral.  The factor is x^a e^-x / Gamma(a) or
 * x^a y^b / B(a, b), so 1 / integral is the derivative of the tail's logarithm
 * to log x, or to log(x / y).
 */
typedef struct DmTail
{
	double		log_factor;
	double		integral;
} DmTail;

extern double dm_stirling_error(double n);
extern double dm_log1p_gap(double z);

extern DmGammaPoint dm_gamma_point(double a, double x, double scale);
extern double dm_gamma_log_factor(const DmGammaPoint *p);
extern DmTail dm_gamma_lower(const DmGammaPoint *p);
extern DmTail dm_gamma_upper(const DmGammaPoint *p);

/*
 * From x itself; from f = (x / a) / (y / b), which has the F distribution with
 * 2a and 2b degrees of freedom; and with x and y changed over.
 */
extern DmBetaPoint dm_beta_point(double a, double b, double x);
extern DmBetaPoint dm_beta_point_f(double a, double b, double f, double log_f, double f_minus_1);
extern DmBetaPoint dm_beta_swap(const DmBetaPoint *p);
extern double dm_beta_log_factor(const DmBetaPoint *p);
extern DmTail dm_beta_lower(const DmBetaPoint *p);

/* The tails as numbers, each by the side that loses nothing. */
extern double dm_gamma_lower_value(const DmGammaPoint *p);
extern double dm_gamma_upper_value(const DmGammaPoint *p);
extern double dm_beta_lower_value(const DmBetaPoint *p);

/*
 * Where the tail is p, 0 < p <= 1/2: log(x / a) of the gamma distribution, and
 * log f of the beta distribution's lower tail.
 */
extern double dm_gamma_solve_lower(double a, double p);
extern double dm_gamma_solve_upper(double a, double p);
extern double dm_beta_solve_lower(double a, double b, double p);

#endif							/* DATAMON_INCOMPLETE_H */
