/*
 * Single-decree Paxos with three servers and up to three clients: the model of
 * test/conformance/stateright/paxos.ts, with the same distinct states and the same steps. Each client
 * writes to one server and reads from the next. A message is sent at most once, is taken out where it
 * has an effect, and stays where it has none: one entry for each, 0 where it is not under way.
 *
 *   spin -a -DCLIENTS=3 paxos.pml && gcc -O2 -DSAFETY -DNOREDUCE -o pan pan.c && ./pan -m10000000
 */
#ifndef CLIENTS
#define CLIENTS 3
#endif

/* A ballot is 3 * round + its leader; nobody has a round higher than there are clients. */
#define ROUND(ballot) ((ballot) / 3)
#define LEADER(ballot) ((ballot) % 3)
/* A proposal is 1 + its client, and so is the value; 0 is none. What was accepted: 0 is nothing. */
#define ACCEPTED(ballot, proposal) (4 * (ballot) + (proposal))
#define PROPOSAL_IN(accepted) ((accepted) % 4)

typedef Server {
  byte ballot;
  byte proposal;
  /* what each server had accepted when it promised, and 1 more; 0 where it did not */
  byte promised[3];
  bit accepts[3];
  byte accepted;
  bit decided
};
Server server[3];

/* under way, by ballot and by the server that is not its leader: see AT */
bit prepare[36];
/* and 1 more than what it accepted last */
byte prepared[36];
/* the proposal */
byte accept[36];
bit accepted[36];
byte decide[36];
/* by client */
bit putTaken[3];
bit get[3];
byte getOk[3];
/* by server and client */
bit putOk[9];
#define AT(ballot, s) (3 * ((ballot) - 3) + (s))

/* how many operations of a client returned: its state, and most of the history */
byte returned[3];
/* how many of another had returned when it asked for its get, by both; what it read */
byte after[9];
byte read[3];

hidden byte content;
#define MAX(one, other) ((one) > (other) -> (one) : (other))
#define PROMISES(s) \
  ((server[s].promised[0] > 0) + (server[s].promised[1] > 0) + (server[s].promised[2] > 0))
#define ACCEPTS(s) (server[s].accepts[0] + server[s].accepts[1] + server[s].accepts[2])

/* Client c puts to server c. */
#define PUT(c) \
  :: d_step { !putTaken[c] && !server[c].decided && server[c].proposal == 0 -> \
       putTaken[c] = 1; \
       server[c].proposal = 1 + (c); \
       server[c].ballot = 3 * (ROUND(server[c].ballot) + 1) + (c); \
       server[c].promised[0] = 0; server[c].promised[1] = 0; server[c].promised[2] = 0; \
       server[c].promised[c] = 1 + server[c].accepted; \
       server[c].accepts[0] = 0; server[c].accepts[1] = 0; server[c].accepts[2] = 0; \
       prepare[AT(server[c].ballot, ((c) + 1) % 3)] = 1; \
       prepare[AT(server[c].ballot, ((c) + 2) % 3)] = 1 }

#define PREPARE(b, s) \
  :: d_step { prepare[AT(b, s)] && !server[s].decided && server[s].ballot < (b) -> \
       prepare[AT(b, s)] = 0; \
       server[s].ballot = b; prepared[AT(b, s)] = 1 + server[s].accepted }

#define PREPARED(b, s, from) \
  :: d_step { prepared[AT(b, from)] && !server[s].decided && server[s].ballot == (b) -> \
       server[s].promised[from] = prepared[AT(b, from)]; \
       prepared[AT(b, from)] = 0; \
       if \
       :: PROMISES(s) == 2 -> \
            content = MAX(server[s].promised[0], \
                          MAX(server[s].promised[1], server[s].promised[2])) - 1; \
            server[s].proposal = (content == 0 -> server[s].proposal : PROPOSAL_IN(content)); \
            content = 0; \
            server[s].accepted = ACCEPTED(b, server[s].proposal); \
            server[s].accepts[0] = 0; server[s].accepts[1] = 0; server[s].accepts[2] = 0; \
            server[s].accepts[s] = 1; \
            accept[AT(b, ((s) + 1) % 3)] = server[s].proposal; \
            accept[AT(b, ((s) + 2) % 3)] = server[s].proposal \
       :: else \
       fi }

#define ACCEPT(b, s) \
  :: d_step { accept[AT(b, s)] && !server[s].decided && server[s].ballot <= (b) -> \
       server[s].ballot = b; \
       server[s].accepted = ACCEPTED(b, accept[AT(b, s)]); \
       accept[AT(b, s)] = 0; accepted[AT(b, s)] = 1 }

#define HAS_ACCEPTED(b, s, from) \
  :: d_step { accepted[AT(b, from)] && !server[s].decided && server[s].ballot == (b) -> \
       accepted[AT(b, from)] = 0; server[s].accepts[from] = 1; \
       if \
       :: ACCEPTS(s) == 2 -> \
            server[s].decided = 1; \
            decide[AT(b, ((s) + 1) % 3)] = server[s].proposal; \
            decide[AT(b, ((s) + 2) % 3)] = server[s].proposal; \
            putOk[3 * (s) + server[s].proposal - 1] = 1 \
       :: else \
       fi }

#define DECIDE(b, s) \
  :: d_step { decide[AT(b, s)] && !server[s].decided -> \
       server[s].ballot = b; server[s].decided = 1; \
       server[s].accepted = ACCEPTED(b, decide[AT(b, s)]); \
       decide[AT(b, s)] = 0 }

#define BALLOT(b, leader, one, other) \
  PREPARE(b, one) PREPARE(b, other) \
  PREPARED(b, leader, one) PREPARED(b, leader, other) \
  ACCEPT(b, one) ACCEPT(b, other) \
  HAS_ACCEPTED(b, leader, one) HAS_ACCEPTED(b, leader, other) \
  DECIDE(b, one) DECIDE(b, other)
#define BALLOTS(round) \
  BALLOT(3 * (round), 0, 1, 2) BALLOT(3 * (round) + 1, 1, 2, 0) BALLOT(3 * (round) + 2, 2, 0, 1)

#define GET(c, s) \
  :: d_step { get[c] && server[s].decided -> \
       get[c] = 0; getOk[c] = PROPOSAL_IN(server[s].accepted) }

#define PUT_OK(s, c) \
  :: d_step { putOk[3 * (s) + (c)] && returned[c] == 0 -> \
       putOk[3 * (s) + (c)] = 0; returned[c] = 1; get[c] = 1; \
       after[3 * (c) + ((c) + 1) % 3] = returned[((c) + 1) % 3]; \
       after[3 * (c) + ((c) + 2) % 3] = returned[((c) + 2) % 3] }

/* One value is chosen, so all that is read must be it, and a write that returned wrote it. */
#define DIFFER(c, d) (read[c] != 0 && returned[d] != 0 && read[c] != 1 + (d))
#define GET_OK(c) \
  :: d_step { getOk[c] && returned[c] == 1 -> \
       read[c] = getOk[c]; getOk[c] = 0; returned[c] = 2; \
       assert(!DIFFER(c, 0) && !DIFFER(c, 1) && !DIFFER(c, 2)) }

#define CLIENT(c) \
  PUT(c) GET(c, ((c) + 1) % 3) PUT_OK(0, c) PUT_OK(1, c) PUT_OK(2, c) GET_OK(c)

active proctype system() {
end:
  do
  CLIENT(0)
  BALLOTS(1)
#if CLIENTS > 1
  CLIENT(1)
  BALLOTS(2)
#endif
#if CLIENTS > 2
  CLIENT(2)
  BALLOTS(3)
#endif
  od
}
