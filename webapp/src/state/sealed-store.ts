// An encrypted store on the device: AES-GCM in IndexedDB. A record is bound to its name, so that it
// cannot replace another.

const DATABASE = "tanya";
const RECORDS = "sealed";
const IV_BYTES = 12;
export const KEY_BYTES = 32;

/** One person's records. All calls reject if the browser has no IndexedDB, or it is full. */
export class SealedStore {
  private constructor(
    private readonly database: IDBDatabase,
    private readonly key: CryptoKey,
    private readonly owner: string,
  ) {}

  static async open(key: Uint8Array<ArrayBuffer>, owner: string): Promise<SealedStore> {
    const opened = await crypto.subtle.importKey("raw", key, "AES-GCM", false, [
      "encrypt",
      "decrypt",
    ]);
    return new SealedStore(await openDatabase(), opened, owner);
  }

  /** Undefined if there is no such record, or it was written with another key, or it is not wanted
   *  any more once it has been found: decrypting and parsing take longer than finding. */
  async read<T>(name: string, isWanted: () => boolean = () => true): Promise<T | undefined> {
    const path = this.path(name);
    const sealed = await this.run<Uint8Array | undefined>("readonly", (records) =>
      records.get(path),
    );
    if (!sealed || !isWanted()) return undefined;
    const algorithm = this.algorithm(sealed.slice(0, IV_BYTES), path);
    try {
      const text = await crypto.subtle.decrypt(algorithm, this.key, sealed.slice(IV_BYTES));
      return JSON.parse(new TextDecoder().decode(text)) as T;
    } catch {
      return undefined;
    }
  }

  async write(name: string, value: unknown): Promise<void> {
    const path = this.path(name);
    const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES));
    const text = new TextEncoder().encode(JSON.stringify(value));
    const sealed = await crypto.subtle.encrypt(this.algorithm(iv, path), this.key, text);
    const whole = new Uint8Array(IV_BYTES + sealed.byteLength);
    whole.set(iv);
    whole.set(new Uint8Array(sealed), IV_BYTES);
    await this.run("readwrite", (records) => records.put(whole, path));
  }

  async remove(name: string): Promise<void> {
    await this.run("readwrite", (records) => records.delete(this.path(name)));
  }

  /** The names that start with `start`. */
  async names(start: string): Promise<string[]> {
    const paths = await this.run("readonly", (records) => records.getAllKeys());
    const before = this.path("");
    return paths
      .map(String)
      .filter((path) => path.startsWith(before + start))
      .map((path) => path.slice(before.length));
  }

  /** Deletes all of this person's records. */
  async clear(): Promise<void> {
    for (const name of await this.names("")) await this.remove(name);
  }

  private path = (name: string): string => `${this.owner}/${name}`;

  private algorithm = (iv: Uint8Array<ArrayBuffer>, path: string): AesGcmParams => ({
    name: "AES-GCM",
    iv,
    additionalData: new TextEncoder().encode(path),
  });

  private run<T>(
    mode: IDBTransactionMode,
    act: (records: IDBObjectStore) => IDBRequest<T>,
  ): Promise<T> {
    return settled(act(this.database.transaction(RECORDS, mode).objectStore(RECORDS)));
  }
}

function openDatabase(): Promise<IDBDatabase> {
  const opening = indexedDB.open(DATABASE, 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore(RECORDS);
  return settled(opening);
}

const settled = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
