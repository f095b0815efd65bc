import { connect, type SecureContext, type TLSSocket } from "node:tls";
import { HostError } from "../errors.ts";
import type { PinnedKey } from "../identity/public-key.ts";
import { provenKeyOf, tlsBasics } from "./authentication.ts";
import type { Address } from "./options.ts";

/** A connection that is being made. */
export interface Attempt {
  /** Gives it up; neither callback is called any more. */
  cancel(): void;
}

/**
 * Connects to a peer and makes sure that it holds the pinned key.
 * @param handshakeMsMax until `opened`
 * @param opened gets a socket that nobody listens to, except for errors
 * @param failed with `peer-unknown` for another's key, or what the network says
 */
export function dial(
  address: Address,
  pinned: PinnedKey,
  secureContext: SecureContext,
  handshakeMsMax: number,
  opened: (socket: TLSSocket) => void,
  failed: (error: Error) => void,
): Attempt {
  const socket = connect({ ...tlsBasics, ...address, secureContext });
  let isOver = false;
  const over = () => {
    isOver = true;
    clearTimeout(timer);
  };
  const fail = (error: Error) => {
    socket.destroy();
    if (isOver) return;
    over();
    failed(error);
  };
  const timer = setTimeout(
    () => fail(new Error(`No handshake within ${handshakeMsMax} ms.`)),
    handshakeMsMax,
  );
  socket.on("error", fail);
  const closed = () => fail(new Error("The connection was closed during the handshake."));
  socket.on("close", closed);
  socket.on("secureConnect", () => {
    if (isOver) return;
    try {
      if (provenKeyOf(socket) !== pinned)
        throw new HostError("peer-unknown", "Its key is another.");
    } catch (error) {
      fail(error as Error);
      return;
    }
    over();
    socket.off("close", closed);
    opened(socket);
  });
  return {
    cancel() {
      over();
      socket.destroy();
    },
  };
}
