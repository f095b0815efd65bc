/*
 * The register of Attiya, Bar-Noy and Dolev with three servers, two clients and links in order: the
 * model of test/conformance/stateright/linearizable-register.ts, with the same distinct states. Each
 * client writes to one server and reads from the next. What is sent on a link is a channel; since
 * channels start empty, there is one state more, before the clients' first requests. A channel that
 * is full is an error that SPIN reports.
 *
 *   spin -a -DCLIENTS=2 register.pml && gcc -O2 -DSAFETY -DNOREDUCE -o pan pan.c && ./pan -m10000000
 */
#ifndef CLIENTS
#define CLIENTS 2
#endif

mtype = { QUERY, ACK_QUERY, RECORD, ACK_RECORD, PUT, GET, PUT_OK, GET_OK };

/* Requests: client c puts with 1 + c and gets with 3 + c. Values: 0 at the start, 1 + c of client c. */
#define IS_PUT(request) ((request) <= 2)
#define WRITTEN(request) (request)
#define CLIENT(request) (((request) - 1) % 2)
/* A version is a time, its server and a value; time and server alone make it newer. */
#define VERSION(time, server, value) (9 * (time) + 3 * (server) + (value))
#define TIME(version) ((version) / 9)
#define VALUE(version) ((version) % 3)
#define NEWER(one, other) ((one) / 3 > (other) / 3 -> (one) : (other))

/* links: between servers from * 3 + to; between clients and servers client * 3 + server */
chan peers[9] = [6] of { mtype, byte, byte };
chan asked[6] = [1] of { mtype, byte, byte };
chan told[6] = [1] of { mtype, byte, byte };

typedef Server {
  byte version;
  /* 0: idle, 1: asking for versions, 2: recording one */
  byte phase;
  byte request;
  /* while asking: the own version then; while recording for a get: the value to return */
  byte kept
};
Server server[3];

/* how many operations of a client returned: its state, and most of the history */
byte returned[2];
/* how many of the other had returned when it asked for its get; what it read */
byte after[2];
byte read[2];

hidden mtype kind;
hidden byte request;
hidden byte content;

#define TO_PEERS(s, kind, request, content) \
  peers[(s) * 3 + ((s) + 1) % 3]!kind, request, content; \
  peers[(s) * 3 + ((s) + 2) % 3]!kind, request, content

#define PEER_TELLS(s, p) \
  :: d_step { nempty(peers[(p) * 3 + (s)]) -> \
       peers[(p) * 3 + (s)]?kind, request, content; \
       if \
       :: kind == QUERY -> peers[(s) * 3 + (p)]!ACK_QUERY, request, server[s].version \
       :: kind == ACK_QUERY && server[s].phase == 1 && server[s].request == request -> \
            content = NEWER(server[s].kept, content); \
            server[s].phase = 2; \
            server[s].kept = (IS_PUT(request) -> 0 : VALUE(content)); \
            content = (IS_PUT(request) -> \
              VERSION(TIME(content) + 1, s, WRITTEN(request)) : content); \
            server[s].version = NEWER(content, server[s].version); \
            TO_PEERS(s, RECORD, request, content) \
       :: kind == RECORD -> \
            server[s].version = NEWER(content, server[s].version); \
            peers[(s) * 3 + (p)]!ACK_RECORD, request, 0 \
       :: kind == ACK_RECORD && server[s].phase == 2 && server[s].request == request -> \
            if \
            :: IS_PUT(request) -> told[CLIENT(request) * 3 + (s)]!PUT_OK, request, 0 \
            :: else -> told[CLIENT(request) * 3 + (s)]!GET_OK, request, server[s].kept \
            fi; \
            server[s].phase = 0; server[s].request = 0; server[s].kept = 0 \
       :: else \
       fi; \
       kind = 0; request = 0; content = 0 }

#define CLIENT_ASKS(c, s) \
  :: d_step { nempty(asked[(c) * 3 + (s)]) -> \
       asked[(c) * 3 + (s)]?kind, request, content; \
       if \
       :: server[s].phase == 0 -> \
            server[s].phase = 1; server[s].request = request; \
            server[s].kept = server[s].version; \
            TO_PEERS(s, QUERY, request, 0) \
       :: else \
       fi; \
       kind = 0; request = 0; content = 0 }

/* Both clients ask for their writes at the start: only what is read, and when, can be wrong. */
#define LINEARIZABLE \
  (returned[0] < 2 || read[0] != 0) && (returned[1] < 2 || read[1] != 0) && \
  !(read[0] == 2 && read[1] == 1) && \
  !(read[0] == 1 && read[1] == 2 && after[0] > 0 && after[1] > 0)

#define SERVER_TELLS(s, c) \
  :: d_step { nempty(told[(c) * 3 + (s)]) -> \
       told[(c) * 3 + (s)]?kind, request, content; \
       if \
       :: kind == PUT_OK && returned[c] == 0 -> \
            returned[c] = 1; after[c] = returned[1 - (c)]; \
            asked[(c) * 3 + ((c) + 1) % 3]!GET, 3 + (c), 0 \
       :: kind == GET_OK && returned[c] == 1 -> \
            returned[c] = 2; read[c] = content; assert(LINEARIZABLE) \
       :: else \
       fi; \
       kind = 0; request = 0; content = 0 }

active proctype system() {
  d_step {
    server[0].version = VERSION(0, 0, 0);
    server[1].version = VERSION(0, 1, 0);
    server[2].version = VERSION(0, 2, 0);
    asked[0]!PUT, 1, 0;
#if CLIENTS > 1
    asked[4]!PUT, 2, 0
#endif
  }
end:
  do
  PEER_TELLS(0, 1) PEER_TELLS(0, 2)
  PEER_TELLS(1, 0) PEER_TELLS(1, 2)
  PEER_TELLS(2, 0) PEER_TELLS(2, 1)
  CLIENT_ASKS(0, 0) CLIENT_ASKS(0, 1)
  SERVER_TELLS(0, 0) SERVER_TELLS(1, 0)
#if CLIENTS > 1
  CLIENT_ASKS(1, 1) CLIENT_ASKS(1, 2)
  SERVER_TELLS(1, 1) SERVER_TELLS(2, 1)
#endif
  od
}
