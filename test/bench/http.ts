import http from 'node:http';
import { noteStatus } from './serverErrors.ts';

const mostResets = 5;
const afterResetMs = 100;

/** A thin HTTP client: one keep-alive connection for each request under way, no more CPU than needed. */
export function createClient(url: string) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: Infinity });
  const { hostname, port } = new URL(url);

  return {
    close: () => agent.destroy(),

    /** Sends one request and returns its status and parsed body. */
    // What comes back is the caller's to name: a benchmark trusts the server that it measures.
    // eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters
    call<Body>(
      method: string,
      path: string,
      token: string,
      body?: object,
    ): Promise<{ status: number; body: Body }> {
      let resets = 0;
      return new Promise(function send(resolve, reject) {
        const text = body === undefined ? undefined : JSON.stringify(body);
        const headers: http.OutgoingHttpHeaders = { authorization: `Bearer ${token}` };
        if (text !== undefined) {
          headers['content-type'] = 'application/json';
          headers['content-length'] = Buffer.byteLength(text);
        }
        const request = http.request({ agent, hostname, port, method, path, headers }, (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('error', reject);
          response.on('end', () => {
            noteStatus(response.statusCode ?? 0, `${method} ${path.replace(/\?.*/, '')}`);
            const answer = Buffer.concat(chunks).toString();
            resolve({ status: response.statusCode ?? 0, body: (answer ? JSON.parse(answer) : null) as Body });
          });
        });
        request.on('error', (error: NodeJS.ErrnoException) => {
          // An idle connection was closed just as it was used again, or thousands connect at once and the machine
          // resets some of them. Browsers ask again, too; the time counts.
          resets += 1;
          if (error.code !== 'ECONNRESET' || resets > mostResets) reject(error);
          else if (request.reusedSocket) send(resolve, reject);
          else setTimeout(() => send(resolve, reject), afterResetMs);
        });
        request.end(text);
      });
    },
  };
}

export type Client = ReturnType<typeof createClient>;
