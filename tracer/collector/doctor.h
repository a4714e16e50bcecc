#ifndef LS_COLLECTOR_DOCTOR_H
#define LS_COLLECTOR_DOCTOR_H
/* SPDX-License-Identifier: MIT */
/*
 * doctor.h - `loopscope-collector doctor`: what this machine permits, by trying
 * each thing that tracing does. What `loopscope doctor` becomes.
 *
 * Units: none.
 * Ownership: none.
 * Errors: on standard error.
 * Threads: one when it is called.
 */

/* Prints a table on standard output. 0: programs can be traced; 1: not. */
int ls_doctor(void);

/* What the doctor runs under the preload: it polls once. */
int ls_doctor_probe(void);

#endif
