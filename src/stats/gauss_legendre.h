/*
 * gauss_legendre.h - points and weights of Gauss and Legendre on [0, 1].
 *
 * n of them integrate every polynomial of degree 2n - 1 or less exactly.
 */
#ifndef DATAMON_GAUSS_LEGENDRE_H
#define DATAMON_GAUSS_LEGENDRE_H

extern void dm_gauss_legendre(int n, double *point, double *weight);

#endif							/* DATAMON_GAUSS_LEGENDRE_H */
