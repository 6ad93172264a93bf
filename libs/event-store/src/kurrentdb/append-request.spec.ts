import streams from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/streams_pb.js';
import { type ExpectedRevision, streamName, type StreamName } from '@waymark/kernel';
import { idOf } from '@waymark/kernel/testing';
import { appendRequest, type OutgoingEvent } from './append-request.js';

const DEADLINE = Date.parse('2026-01-02T03:04:05.678Z');

function event(name: string, bytes: number): OutgoingEvent {
  return {
    id: idOf(`event-${name}`),
    type: name,
    metadata: Buffer.alloc(bytes % 700, 'm'),
    data: Buffer.alloc(bytes, 'd'),
  };
}

/** What the protocol's own code reads in the bytes. */
function read(stream: StreamName, expected: ExpectedRevision, events: readonly OutgoingEvent[]) {
  const request = streams.BatchAppendReq.deserializeBinary(
    appendRequest({ stream, expected, events }, idOf('correlation'), DEADLINE),
  );
  const options = request.getOptions()!;
  const name = options.getStreamIdentifier()!.getStreamName_asU8();
  return {
    correlation: request.getCorrelationId()!.getString(),
    isFinal: request.getIsFinal(),
    deadline: options.getDeadline21100()!.toDate(),
    stream: Buffer.from(name).toString('utf8'),
    expected: options.hasNoStream() ? 'NO_STREAM' : Number(options.getStreamPosition()),
    events: request.getProposedMessagesList().map((message) => ({
      id: message.getId()!.getString(),
      type: message.getMetadataMap().get('type'),
      contentType: message.getMetadataMap().get('content-type'),
      metadata: Buffer.from(message.getCustomMetadata_asU8()).toString(),
      data: Buffer.from(message.getData_asU8()).toString(),
    })),
  };
}

describe('the request of an append', () => {
  it.each([
    ['no stream and one small event', 'NO_STREAM', [event('Opened', 1)]],
    ['the first revision and an event without data', 0, [event('Opened', 0)]],
    ['a high revision and names beyond ASCII', 2 ** 40 + 5, [event('Größe計', 127), event('Größe計', 128)]],
    ['many events of all sizes', 300, [0, 127, 128, 16_383, 16_384, 300_000].map((bytes) => event('Said', bytes))],
  ] as const)('is read by the protocol as it was meant: %s', (_, expected, events) => {
    const stream = streamName('plan', 'a'.repeat(events.length * 70));
    expect(read(stream, expected, events)).toEqual({
      correlation: idOf('correlation'),
      isFinal: true,
      deadline: new Date(DEADLINE),
      stream,
      expected,
      events: events.map(({ id, type, metadata, data }) => ({
        ...{ id, type, contentType: 'application/octet-stream' },
        ...{ metadata: Buffer.from(metadata).toString(), data: Buffer.from(data).toString() },
      })),
    });
  });
});
