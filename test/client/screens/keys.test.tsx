import { expect } from 'chai';
import { createStore } from '../../../client/store.ts';
import { useDocument } from '../dom.ts';
import { renderInside } from '../inside.tsx';

describe('the keys of a date', () => {
  useDocument();
  let done: string[];

  beforeEach(async () => {
    done = [];
    const store = createStore({ microphoneOn: true, cameraOn: true });
    const mirror = {
      ...store,
      setMicrophone: (on: boolean) => {
        done.push(on ? 'microphone on' : 'microphone off');
        store.set({ microphoneOn: on });
      },
      setCamera: async (on: boolean) => void done.push(on ? 'camera on' : 'camera off'),
    };
    const { useKeys } = await import('../../../client/screens/call/keys.ts');
    function Date() {
      const keys = useKeys(() => void done.push('help')); // another one with each render, as screens have it
      return (
        <>
          <input aria-label="chat" />
          <button onClick={() => keys.use(!keys.used)}>{keys.talking ? 'talking' : 'silent'}</button>
        </>
      );
    }
    await renderInside(<Date />, { mirror });
  });

  const press = async (key: string, on: Element | Window = window, more = {}) => {
    const { fireEvent } = await import('@testing-library/react');
    fireEvent.keyDown(on, { key, ...more });
    fireEvent.keyUp(on, { key, ...more });
  };

  it('switch microphone and camera, and list themselves', async () => {
    for (const key of ['m', 'M', 'v', '?']) await press(key);
    expect(done).to.deep.equal(['microphone off', 'microphone on', 'camera off', 'help']);
  });

  it('let a muted person talk while the space bar is held', async () => {
    const { fireEvent, screen } = await import('@testing-library/react');
    await press('m');
    fireEvent.keyDown(window, { key: ' ' });
    expect(screen.getByRole('button').textContent).to.equal('talking');
    fireEvent.keyUp(window, { key: ' ' });
    expect(screen.getByRole('button').textContent).to.equal('silent');
    expect(done).to.deep.equal(['microphone off', 'microphone on', 'microphone off']);
  });

  it('end no talking that the space bar did not begin', async () => {
    await press(' ');
    expect(done).to.deep.equal([]);
  });

  it('fall silent when the window is left with the space bar down', async () => {
    const { fireEvent } = await import('@testing-library/react');
    await press('m');
    fireEvent.keyDown(window, { key: ' ' });
    fireEvent.blur(window);
    expect(done.at(-1)).to.equal('microphone off');
  });

  it('are letters while somebody writes, and the browser’s own with a modifier', async () => {
    const { screen } = await import('@testing-library/react');
    await press('m', screen.getByLabelText('chat'));
    await press('m', window, { ctrlKey: true });
    await press(' ', screen.getByRole('button'));
    expect(done).to.deep.equal([]);
  });

  it('can be turned off, and stay so', async () => {
    const { fireEvent, screen } = await import('@testing-library/react');
    fireEvent.click(screen.getByRole('button'));
    await press('m');
    expect(done).to.deep.equal([]);
    fireEvent.click(screen.getByRole('button'));
    await press('m');
    expect(done).to.deep.equal(['microphone off']);
  });

  it('end no date', async () => {
    for (const key of 'abcdefghijklnopqrstuwxyz0123456789'
      .split('')
      .concat('Escape', 'Enter', 'Delete', 'Backspace'))
      await press(key);
    expect(done).to.deep.equal([]);
  });
});
