/*
 * PBFT without inboxes: the model of test/fixtures/pbft-tiny.ts, with the same distinct states and
 * the same steps. Four replicas, number 0 Byzantine, one sequence number, two values, VIEWS view
 * changes. A message of a correct replica is one bit, as in the sketch, and a choice of a quorum is
 * an option of its own.
 *
 *   spin -a -DVIEWS=2 pbft-tiny.pml && gcc -O2 -DSAFETY -DNOREDUCE -o pan pan.c && ./pan -m10000000
 */
#ifndef VIEWS
#define VIEWS 1
#endif

/* Requests are 1 (A), 2 (B) and 3 (the null request of a new view); 0 is none. */
#define NULL_REQUEST 3
/* The highest prepared request: 0, or 1 + 3 * view + request - 1. */
#define BEST(view, request) (3 * (view) + (request))
#define REQUEST_IN(best) ((best) == 0 -> NULL_REQUEST : ((best) - 1) % 3 + 1)
#define RANK(best) (((best) + 2) / 3)
#define LATER(one, other) (RANK(one) >= RANK(other) -> (one) : (other))

/* What a replica holds; a request for each view takes two bits. */
typedef Log {
  unsigned view : 2;
  bit left;
  unsigned accepted : 6;
  unsigned prepared : 6;
  unsigned committed : 4;
  unsigned reported1 : 2;
  unsigned reported2 : 3;
  unsigned opened : 4
};
Log log[3];
#define L(i) log[(i) - 1]
#define AT(requests, view) (((requests) >> (2 * (view))) & 3)
#define NOW(i) AT(L(i).accepted, L(i).view)

/* Messages of correct replicas: one bit for each sender, view and request or report. */
unsigned prepares : 27;
unsigned commits : 27;
unsigned newViews : 6;
unsigned viewChanges1 : 9;
unsigned viewChanges2 : 21;
#define SIGNED(i, view, request) (1 << (9 * ((i) - 1) + 3 * (view) + (request) - 1))
#define NEW_VIEW(view, request) (1 << (3 * ((view) - 1) + (request) - 1))
#define CHANGE1(i, best) (1 << (3 * ((i) - 1) + (best)))
#define CHANGE2(i, best) (1 << (7 * ((i) - 1) + (best)))

#define COMMITTED(i) (L(i).committed == 0 -> 0 : REQUEST_IN(L(i).committed))
#define DIFFER(i, j) (COMMITTED(i) != 0 && COMMITTED(j) != 0 && COMMITTED(i) != COMMITTED(j))

#define ACCEPT(i, request) \
  :: d_step { L(i).view == 0 && !L(i).left && AT(L(i).accepted, 0) == 0 -> \
       L(i).accepted = L(i).accepted | (request); prepares = prepares | SIGNED(i, 0, request) }

#define UNPREPARED(i) (!L(i).left && NOW(i) != 0 && AT(L(i).prepared, L(i).view) == 0)
#define SET_PREPARED(i) \
  commits = commits | SIGNED(i, L(i).view, NOW(i)); \
  L(i).prepared = L(i).prepared | (NOW(i) << (2 * L(i).view))
/* The primary of view v is replica v; where it is correct and another, its new view counts. */
#define PREPARE_ALONE(i) \
  :: d_step { UNPREPARED(i) && L(i).view != 0 && L(i).view != (i) -> SET_PREPARED(i) }
#define PREPARE_WITH(i, j) \
  :: d_step { UNPREPARED(i) && (L(i).view == 0 || L(i).view == (i)) && \
              (prepares & SIGNED(j, L(i).view, NOW(i))) -> SET_PREPARED(i) }

#define COMMIT(i, j) \
  :: d_step { !L(i).left && NOW(i) != 0 && AT(L(i).prepared, L(i).view) != 0 && \
              L(i).committed == 0 && (commits & SIGNED(j, L(i).view, NOW(i))) -> \
       L(i).committed = BEST(L(i).view, NOW(i)); \
       assert(!DIFFER(1, 2) && !DIFFER(1, 3) && !DIFFER(2, 3)) }

#define HIGHEST(i) (AT(L(i).prepared, 1) != 0 -> BEST(1, AT(L(i).prepared, 1)) : AT(L(i).prepared, 0))
#define CHANGE_VIEW1(i) \
  :: d_step { L(i).view == 0 -> viewChanges1 = viewChanges1 | CHANGE1(i, HIGHEST(i)); \
       L(i).reported1 = 1 + HIGHEST(i); L(i).view = 1; L(i).left = 1 }
#define CHANGE_VIEW2(i) \
  :: d_step { L(i).view == 1 -> viewChanges2 = viewChanges2 | CHANGE2(i, HIGHEST(i)); \
       L(i).reported2 = 1 + HIGHEST(i); L(i).view = 2; L(i).left = 1 }

#define SET_ACCEPTED(i, in, request) \
  L(i).accepted = L(i).accepted | ((request) << (2 * (in))); L(i).left = 0
#define ENTER(i, in, request) \
  :: d_step { (L(i).view < (in) || (L(i).view == (in) && L(i).left)) && \
              (newViews & NEW_VIEW(in, request)) -> \
       L(i).view = in; SET_ACCEPTED(i, in, request); \
       prepares = prepares | SIGNED(i, in, request) }
#define ENTER_ANY(i, in) ENTER(i, in, 1) ENTER(i, in, 2) ENTER(i, in, 3)

/* The primary of view `in` opens it with `best`, where it has what it needs. */
#define OPEN(in, needs, best) \
  :: d_step { L(in).view == (in) && L(in).left && (needs) -> \
       L(in).opened = L(in).opened | (REQUEST_IN(best) << (2 * ((in) - 1))); \
       SET_ACCEPTED(in, in, AT(L(in).opened, (in) - 1)); \
       newViews = newViews | NEW_VIEW(in, AT(L(in).opened, (in) - 1)) }

/* What shows that a request was prepared: in view 0 two signatures, in view 1 its new view and one. */
#define SHOWN0(i, j, request) \
  ((prepares & SIGNED(i, 0, request)) && (prepares & SIGNED(j, 0, request)))
#define SHOWN1(i, request) \
  ((newViews & NEW_VIEW(1, request)) && (prepares & SIGNED(i, 1, request)))
/* The Byzantine replica reports nothing, or a request that it can show. */
#define OPEN_WITH_BYZANTINE0(in, changed, best) \
  OPEN(in, changed, best) \
  OPEN(in, (changed) && SHOWN0(1, 2, 1), LATER(best, BEST(0, 1))) \
  OPEN(in, (changed) && SHOWN0(1, 3, 1), LATER(best, BEST(0, 1))) \
  OPEN(in, (changed) && SHOWN0(2, 3, 1), LATER(best, BEST(0, 1))) \
  OPEN(in, (changed) && SHOWN0(1, 2, 2), LATER(best, BEST(0, 2))) \
  OPEN(in, (changed) && SHOWN0(1, 3, 2), LATER(best, BEST(0, 2))) \
  OPEN(in, (changed) && SHOWN0(2, 3, 2), LATER(best, BEST(0, 2)))
#define OPEN_WITH_BYZANTINE1(in, changed, best) \
  OPEN(in, (changed) && SHOWN1(2, 1), LATER(best, BEST(1, 1))) \
  OPEN(in, (changed) && SHOWN1(3, 1), LATER(best, BEST(1, 1))) \
  OPEN(in, (changed) && SHOWN1(2, 2), LATER(best, BEST(1, 2))) \
  OPEN(in, (changed) && SHOWN1(3, 2), LATER(best, BEST(1, 2))) \
  OPEN(in, (changed) && SHOWN1(2, 3), LATER(best, BEST(1, 3))) \
  OPEN(in, (changed) && SHOWN1(3, 3), LATER(best, BEST(1, 3)))

#define OWN1 (L(1).reported1 - 1)
#define HAS1(i, best) (viewChanges1 & CHANGE1(i, best))
#define PAIR1(first, second) \
  OPEN(1, HAS1(2, first) && HAS1(3, second), LATER(LATER(OWN1, first), second))
#define PAIRS1(first) PAIR1(first, 0) PAIR1(first, 1) PAIR1(first, 2)
#define SINGLE1(i, best) OPEN_WITH_BYZANTINE0(1, HAS1(i, best), LATER(OWN1, best))
#define SINGLES1(i) SINGLE1(i, 0) SINGLE1(i, 1) SINGLE1(i, 2)

#define OWN2 (L(2).reported2 - 1)
#define HAS2(i, best) (viewChanges2 & CHANGE2(i, best))
#define PAIR2(first, second) \
  OPEN(2, HAS2(1, first) && HAS2(3, second), LATER(LATER(OWN2, first), second))
#define PAIRS2(first) \
  PAIR2(first, 0) PAIR2(first, 1) PAIR2(first, 2) PAIR2(first, 4) PAIR2(first, 5) PAIR2(first, 6)
#define SINGLE2(i, best) \
  OPEN_WITH_BYZANTINE0(2, HAS2(i, best), LATER(OWN2, best)) \
  OPEN_WITH_BYZANTINE1(2, HAS2(i, best), LATER(OWN2, best))
#define SINGLES2(i) \
  SINGLE2(i, 0) SINGLE2(i, 1) SINGLE2(i, 2) SINGLE2(i, 4) SINGLE2(i, 5) SINGLE2(i, 6)

#define REPLICA(i, one, other) \
  ACCEPT(i, 1) ACCEPT(i, 2) \
  PREPARE_ALONE(i) PREPARE_WITH(i, one) PREPARE_WITH(i, other) \
  COMMIT(i, one) COMMIT(i, other) \
  CHANGE_VIEW1(i)

active proctype system() {
end:
  do
  REPLICA(1, 2, 3)
  REPLICA(2, 1, 3)
  REPLICA(3, 1, 2)
  ENTER_ANY(2, 1)
  ENTER_ANY(3, 1)
  PAIRS1(0) PAIRS1(1) PAIRS1(2)
  SINGLES1(2)
  SINGLES1(3)
#if VIEWS > 1
  CHANGE_VIEW2(1)
  CHANGE_VIEW2(2)
  CHANGE_VIEW2(3)
  ENTER_ANY(1, 2)
  ENTER_ANY(3, 2)
  PAIRS2(0) PAIRS2(1) PAIRS2(2) PAIRS2(4) PAIRS2(5) PAIRS2(6)
  SINGLES2(1)
  SINGLES2(3)
#endif
  od
}
