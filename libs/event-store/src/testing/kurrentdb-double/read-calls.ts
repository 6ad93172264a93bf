import { type handleServerStreamingCall, type ServerWritableStream, status } from '@grpc/grpc-js';
import type { ReadReq, ReadResp } from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/streams_pb.js';
import streamsPb from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/streams_pb.js';
import { type Filter, filterOf } from './filter.js';
import type { LoggedEvent, MemoryLog } from './log.js';
import { accessDenied, eventMessage, failure, streamDeleted, streamIdentifier, streamOf } from './messages.js';
import type { Served } from './served.js';

type Call = ServerWritableStream<ReadReq, ReadResp>;

/** Reads of one stream, reads of the whole log, and subscriptions to it. */
export function read(node: Served): handleServerStreamingCall<ReadReq, ReadResp> {
  return (call) => {
    call.on('error', () => undefined);
    const isSevered = node.faults.isSevered(call.getPeer());
    if (!node.isAllowed(call.metadata)) return call.emit('error', failure(accessDenied));
    const needsLeader = call.metadata.get('requires-leader')[0] === 'true';
    const refusal = node.refusal(needsLeader ? 'read at leader' : 'read');
    if (refusal !== undefined) return call.emit('error', failure(refusal));
    if (isSevered) {
      return call.emit(
        'error',
        failure({ code: status.UNAVAILABLE, details: 'error trying to connect', trailers: {} }),
      );
    }
    // An answer that cannot be sent any more belongs to a call whose client is gone.
    serve(node, call).catch(() => call.destroy());
  };
}

async function serve(node: Served, call: Call): Promise<void> {
  const options = call.request.getOptions()!;
  if (options.hasSubscription()) return subscribe(node, call, options);
  if (options.hasStream()) return readStream(node, call, options);
  return readAll(node, call, options);
}

async function readStream(node: Served, call: Call, options: ReadReq.Options): Promise<void> {
  const wanted = options.getStream()!;
  const name = streamOf(wanted.getStreamIdentifier());
  const events = node.log.read(name);
  if (events === 'tombstoned') return void call.emit('error', failure(streamDeleted(name)));
  if (events === undefined) {
    const notFound = new streamsPb.ReadResp.StreamNotFound().setStreamIdentifier(streamIdentifier(name));
    call.write(new streamsPb.ReadResp().setStreamNotFound(notFound));
    return void call.end();
  }
  const isBackwards = options.getReadDirection() === streamsPb.ReadReq.Options.ReadDirection.BACKWARDS;
  const from = wanted.hasRevision() ? Number(wanted.getRevision()) : isBackwards ? Infinity : 0;
  const inOrder = isBackwards ? events.toReversed() : events;
  await send(
    node,
    call,
    inOrder.filter(({ revision }) => (isBackwards ? revision <= from : revision >= from)),
  );
}

async function readAll(node: Served, call: Call, options: ReadReq.Options): Promise<void> {
  const { log } = node;
  const all = options.getAll()!;
  const position = Number(all.getPosition()?.getCommitPosition() ?? 0);
  const from = all.hasEnd() ? log.events.length : log.indexOf(position);
  const isBackwards = options.getReadDirection() === streamsPb.ReadReq.Options.ReadDirection.BACKWARDS;
  if (node.faults.isSilentForwards && !isBackwards) return;
  const filter = filterOf(options);
  if (!all.hasEnd() && isNoPlace(log, from, position, isBackwards)) return void call.emit('error', noPlace(filter));
  const count = Number(options.getCount());
  const page: LoggedEvent[] = [];
  const step = isBackwards ? -1 : 1;
  for (let at = isBackwards ? from - 1 : from; page.length < count; at += step) {
    const event = log.events[at];
    if (event === undefined) break;
    if (filter?.accepts(event) ?? true) page.push(event);
  }
  await send(node, call, page);
}

function noPlace(filter: Filter | undefined): Error {
  const details = `Unexpected ${filter === undefined ? '' : 'Filtered'}ReadAllResult: Error`;
  return failure({ code: status.UNKNOWN, details, trailers: {} });
}

/**
 * Whether the position lies inside a record: a server looks for one to begin right there, and finds nonsense. Beyond the end it finds
 * nothing, which is nothing bad for a reader that goes forwards.
 */
function isNoPlace(log: MemoryLog, from: number, position: number, isBackwards = false): boolean {
  if (position === 0) return false;
  const first = log.events[from];
  return first === undefined ? isBackwards : first.position !== position;
}

async function send(node: Served, call: Call, events: readonly LoggedEvent[]): Promise<void> {
  const options = call.request.getOptions()!;
  const page = events.slice(0, Number(options.getCount()));
  const isCut = node.faults.readsToCancel > 0;
  if (isCut) node.faults.readsToCancel -= 1;
  for (const event of isCut ? page.slice(0, page.length >> 1) : page) {
    await write(call, eventMessage(event, options.getUuidOption()?.hasStructured() ?? false));
  }
  if (isCut) call.emit('error', failure({ code: status.CANCELLED, details: 'Call canceled', trailers: {} }));
  else call.end();
}

async function subscribe(node: Served, call: Call, options: ReadReq.Options): Promise<void> {
  const { log, faults } = node;
  let isOver = false;
  const end = () => {
    isOver = true;
    log.wake();
  };
  const forget = faults.onCancel(() => {
    call.emit('error', failure({ code: status.CANCELLED, details: 'Call canceled by the server', trailers: {} }));
    end();
  });
  call.on('cancelled', end);
  call.on('close', end);
  if (!(await confirm(log, call, options))) return forget();
  const stream = options.hasStream() ? streamOf(options.getStream()!.getStreamIdentifier()) : undefined;
  const filter = filterOf(options);
  const inStream: Filter | undefined =
    stream === undefined ? filter : { accepts: (event) => event.stream === stream, checkpointInterval: Infinity };
  let cursor = firstOf(node, options);
  let sinceCheckpoint = 0;
  let hasCaughtUp = false;
  while (!isOver) {
    const event = log.events[cursor];
    if (event === undefined) {
      if (!hasCaughtUp) await write(call, new streamsPb.ReadResp().setCaughtUp(new streamsPb.ReadResp.CaughtUp()));
      hasCaughtUp = true;
      await log.grown();
      continue;
    }
    cursor += 1;
    sinceCheckpoint += 1;
    if (inStream?.accepts(event) ?? true) {
      await deliver(node, call, event);
    }
    if (filter !== undefined && sinceCheckpoint >= filter.checkpointInterval) {
      sinceCheckpoint = 0;
      await write(call, checkpointAt(event.position));
    }
  }
  forget();
}

/** Confirms a subscription; ends it, and answers false, when no event begins at the place that it names. */
async function confirm(log: MemoryLog, call: Call, options: ReadReq.Options): Promise<boolean> {
  const confirmation = new streamsPb.ReadResp.SubscriptionConfirmation().setSubscriptionId('double');
  await write(call, new streamsPb.ReadResp().setConfirmation(confirmation));
  const after = Number(options.getAll()?.getPosition()?.getCommitPosition() ?? 0);
  if (!isNoPlace(log, log.indexOf(after), after)) return true;
  const details = 'Trying to read from an invalid position.';
  call.emit('error', failure({ code: status.INVALID_ARGUMENT, details, trailers: {} }));
  return false;
}

/** An event of a subscription, twice when the switch says so. */
async function deliver({ faults }: Served, call: Call, event: LoggedEvent): Promise<void> {
  const message = eventMessage(event, call.request.getOptions()?.getUuidOption()?.hasStructured() ?? false);
  for (let n = faults.isRepeating ? 2 : 1; n > 0; n -= 1) await write(call, message);
}

/** Index of the first event that a subscription has not seen: it resumes after the place it names. */
function firstOf({ log }: Served, options: ReadReq.Options): number {
  if (options.hasStream()) {
    const stream = options.getStream()!;
    if (stream.hasEnd()) return log.events.length;
    if (!stream.hasRevision()) return 0;
    const name = streamOf(stream.getStreamIdentifier());
    const seen = Number(stream.getRevision());
    const index = log.events.findIndex((event) => event.stream === name && event.revision > seen);
    return index < 0 ? log.events.length : index;
  }
  const all = options.getAll()!;
  if (all.hasEnd()) return log.events.length;
  return all.hasPosition() ? log.indexOf(Number(all.getPosition()!.getCommitPosition()) + 1) : 0;
}

function checkpointAt(position: number): ReadResp {
  const checkpoint = new streamsPb.ReadResp.Checkpoint()
    .setCommitPosition(String(position))
    .setPreparePosition(String(position));
  return new streamsPb.ReadResp().setCheckpoint(checkpoint);
}

/** Waits until the reader takes more: a slow reader holds the double back, as it holds a server back. */
async function write(call: Call, message: ReadResp): Promise<void> {
  if (call.cancelled || call.destroyed || call.write(message)) return;
  const ends = ['drain', 'cancelled', 'close'] as const;
  await new Promise<void>((resolve) => {
    const go = () => {
      for (const end of ends) call.off(end, go);
      resolve();
    };
    for (const end of ends) call.on(end, go);
  });
}
