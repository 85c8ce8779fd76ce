import { accessSync, constants } from 'node:fs';
import path from 'node:path';

/** Where the first of these programs lies, looked for on PATH; undefined when there is none. */
export function onPath(...programs: string[]): string | undefined {
  const folders = (process.env.PATH ?? '').split(path.delimiter);
  return programs
    .flatMap((program) => folders.map((folder) => path.join(folder, program)))
    .find((file) => {
      try {
        accessSync(file, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}
