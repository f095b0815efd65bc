/*
 * Two-phase commit of N resource managers, after TwoPhase.tla of tlaplus/Examples: the model of
 * refinement/oracle/two-phase-commit.ts, with the same distinct states. One process with one control
 * state, so that nothing but the model's own variables tells states apart; sets are words of bits.
 *
 *   spin -a -DN=7 two-phase-commit.pml && gcc -O2 -DSAFETY -DNOREDUCE -o pan pan.c && ./pan -m10000000
 */
#ifndef N
#define N 3
#endif
#define ALL ((1 << N) - 1)

/* resource managers; in none of these sets: working */
unsigned prepared : N;
unsigned committed : N;
unsigned aborted : N;
/* the transaction manager */
unsigned heard : N;
bit decidedCommit;
bit decidedAbort;
/* messages: they stay, and are received again and again */
unsigned sentPrepared : N;
bit sentCommit;
bit sentAbort;

#define WORKING(rm) (((prepared | committed | aborted) & (1 << (rm))) == 0)
#define UNDECIDED (!decidedCommit && !decidedAbort)
/* none commits while another aborts */
#define CHECK assert(committed == 0 || aborted == 0)

#define RM(rm) \
  :: d_step { WORKING(rm) -> prepared = prepared | (1 << (rm)); \
       sentPrepared = sentPrepared | (1 << (rm)) } \
  :: d_step { WORKING(rm) -> aborted = aborted | (1 << (rm)); CHECK } \
  :: d_step { sentPrepared & (1 << (rm)) -> \
       heard = (UNDECIDED -> heard | (1 << (rm)) : heard) } \
  :: d_step { sentCommit -> prepared = prepared & ~(1 << (rm)); \
       aborted = aborted & ~(1 << (rm)); committed = committed | (1 << (rm)); CHECK } \
  :: d_step { sentAbort -> prepared = prepared & ~(1 << (rm)); \
       committed = committed & ~(1 << (rm)); aborted = aborted | (1 << (rm)); CHECK }

active proctype system() {
  do
  :: d_step { UNDECIDED && heard == ALL -> decidedCommit = 1; sentCommit = 1 }
  :: d_step { UNDECIDED -> decidedAbort = 1; sentAbort = 1 }
  RM(0)
#if N > 1
  RM(1)
#endif
#if N > 2
  RM(2)
#endif
#if N > 3
  RM(3)
#endif
#if N > 4
  RM(4)
#endif
#if N > 5
  RM(5)
#endif
#if N > 6
  RM(6)
#endif
#if N > 7
  RM(7)
#endif
#if N > 8
  RM(8)
#endif
  od
}
