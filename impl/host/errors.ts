/** Every way in which a host refuses, each with what to do about it. A code never changes its meaning. */
export const hostErrorCodes = {
  "config-unreadable": "Give the file that `quorate init` wrote.",
  "config-invalid": "Correct the named field of the configuration.",
  "config-exists": "Choose another folder; keys are never overwritten.",
  "replicas-too-few": "Tolerating f faults takes 3f + 1 replicas.",
  "process-unknown": "Name a process that the configuration lists.",
  "protocol-unknown": "Name a protocol that this version of quorate has.",
  "service-unknown": "Name a built-in service, or a module that exports one as `service`.",
  "key-missing": "Put the key file back, or give this process a new identity with `quorate init`.",
  "key-malformed": "A key file holds one private key in PKCS #8 PEM, as `quorate init` writes it.",
  "key-mismatch":
    "Each process needs its own key: the one whose public part the configuration pins.",
  "package-missing": "Install the named package beside quorate.",
  "port-in-use": "Stop what listens there, or change the address in the configuration.",
  "address-unusable": "Correct the address in the configuration.",
  "peer-unknown": "Only processes whose keys the configuration pins may connect.",
  "peer-unauthorised": "The configuration does not allow this client what it asked for.",
  "frame-too-large": "Messages have a largest size; see `limits` in the configuration.",
  "frame-malformed": "Frames are deterministic CBOR within the depth and size limits.",
  "store-foreign": "Each process has a folder of its own: give this one its own, or an empty one.",
  "store-newer": "Use the version of quorate that wrote this store, or a later one.",
  "store-corrupt":
    "The store cannot be trusted, and a replica that forgets what it signed is a faulty one: restore a copy of this very state, or replace the replica under a new identity.",
  "store-in-use": "Another process runs on this folder: stop it first.",
  "store-unwritable": "Make room or give write permission, then start again; nothing is lost.",
  "replica-stopped":
    "A step failed, so this process stopped before anything of it left; report it.",
  "operation-timed-out":
    "The operation may still take effect; repeating it is safe and goes on with the same one.",
  "operation-cancelled": "The operation may still take effect; repeating it is safe.",
  "client-closed": "Create a new client.",
  "value-invalid": "Correct the key or the value.",
  "too-many-operations": "Wait for earlier operations, or raise `limits.pendingOperations`.",
  "schedule-unreadable": "Give a file that `quorate simulate` wrote.",
} as const;

export type HostErrorCode = keyof typeof hostErrorCodes;

/** An error of a host with a stable {@link HostErrorCode}: what was wrong, and what to do next. */
export class HostError extends Error {
  override readonly name = "HostError";
  readonly code: HostErrorCode;

  constructor(code: HostErrorCode, what: string, options?: { readonly cause?: unknown }) {
    super(`${what} ${hostErrorCodes[code]} [${code}]`, options);
    this.code = code;
  }
}
