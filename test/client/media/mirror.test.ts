import { expect } from 'chai';
import type { Mirror } from '../../../client/media/mirror.ts';
import { useDocument } from '../dom.ts';

interface FakeTrack {
  kind: string;
  enabled: boolean;
  readyState: string;
  stop: () => void;
  onended: (() => void) | null;
  getCapabilities: () => object;
}

function track(kind: string): FakeTrack {
  const made: FakeTrack = {
    kind,
    enabled: true,
    readyState: 'live',
    stop: () => (made.readyState = 'ended'),
    onended: null,
    getCapabilities: () => ({}),
  };
  return made;
}

/** A computer whose devices can be taken away. */
function computer() {
  const given: FakeTrack[] = [];
  const asked: string[] = [];
  const refusals = new Map<string, string>();
  return {
    given,
    asked,
    /** Refuses this kind with this error from now on. */
    refuse: (kind: 'audio' | 'video', name: string) => refusals.set(kind, name),
    allow: () => refusals.clear(),
    addEventListener: () => undefined,
    enumerateDevices: () => Promise.resolve([]),
    getUserMedia: async (wanted: { audio?: unknown; video?: unknown }) => {
      const kinds = (['audio', 'video'] as const).filter((kind) => wanted[kind]);
      asked.push(kinds.join('+'));
      const refused = kinds.map((kind) => refusals.get(kind)).find((name) => name !== undefined);
      if (refused !== undefined) throw new DOMException('', refused);
      const tracks = kinds.map(track);
      given.push(...tracks);
      return { getTracks: () => tracks };
    },
  };
}

describe('the mirror', () => {
  useDocument();
  let devices: ReturnType<typeof computer>;
  let mirror: Mirror;

  beforeEach(async () => {
    globalThis.MediaStream = Object as unknown as typeof MediaStream;
    const { createMirror } = await import('../../../client/media/mirror.ts');
    devices = computer();
    mirror = createMirror(devices as unknown as MediaDevices);
  });

  const live = () => devices.given.filter(({ readyState }) => readyState === 'live').map(({ kind }) => kind);

  it('asks for nothing by itself', () => {
    expect(devices.asked).to.deep.equal([]);
    expect(mirror.getSnapshot().phase).to.equal('closed');
  });

  it('asks for camera and microphone at once, and lets go of both', async () => {
    await mirror.open();
    expect(devices.asked).to.deep.equal(['audio+video']);
    expect(mirror.getSnapshot()).to.include({ phase: 'open', hasCamera: true, hasMicrophone: true });
    mirror.close();
    expect(live()).to.deep.equal([]);
    expect(mirror.getSnapshot().stream).to.equal(null);
  });

  it('does with a microphone where there is no camera', async () => {
    devices.refuse('video', 'NotFoundError');
    await mirror.open();
    expect(mirror.getSnapshot()).to.include({
      phase: 'open',
      hasCamera: false,
      hasMicrophone: true,
      failure: null,
    });
  });

  it('does not ask twice when it was refused, and says what was the matter', async () => {
    for (const [name, failure] of [
      ['NotAllowedError', 'blocked'],
      ['NotReadableError', 'busy'],
      ['NotFoundError', 'missing'],
    ] as const) {
      devices.asked.length = 0;
      devices.refuse('audio', name);
      devices.refuse('video', name);
      await mirror.open();
      expect(mirror.getSnapshot()).to.include({ phase: 'failed', failure });
      if (failure === 'blocked') expect(devices.asked).to.deep.equal(['audio+video']);
    }
  });

  it('lets go of the camera when it is switched off, takes it again, and remembers for the next visit', async () => {
    await mirror.open();
    await mirror.setCamera(false);
    expect(live()).to.deep.equal(['audio']);
    const { createMirror } = await import('../../../client/media/mirror.ts');
    expect(createMirror(devices as unknown as MediaDevices).getSnapshot().cameraOn).to.equal(false);
    await mirror.setCamera(true);
    expect(live()).to.have.members(['audio', 'video']);
  });

  it('keeps a muted microphone muted, also a new one', async () => {
    await mirror.open();
    mirror.setMicrophone(false);
    await mirror.chooseMicrophone('headset');
    expect(devices.given.filter(({ kind }) => kind === 'audio').map(({ enabled }) => enabled)).to.deep.equal([
      false,
      false,
    ]);
    expect(live()).to.have.members(['audio', 'video']);
  });

  it('keeps no camera that comes after it was closed', async () => {
    const opening = mirror.open();
    mirror.close();
    await opening;
    expect(live()).to.deep.equal([]);
    expect(mirror.getSnapshot().phase).to.equal('closed');
  });

  it('asks anew where it was refused when the camera is switched on', async () => {
    devices.refuse('video', 'NotAllowedError');
    await mirror.open();
    devices.allow();
    await mirror.setCamera(true);
    expect(mirror.getSnapshot()).to.include({ phase: 'open', hasCamera: true, failure: null });
  });

  it('says so when a camera is pulled out', async () => {
    await mirror.open();
    devices.given.find(({ kind }) => kind === 'video')?.onended?.();
    expect(mirror.getSnapshot()).to.include({ hasCamera: false, hasMicrophone: true });
  });
});
