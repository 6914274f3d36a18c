import { createRequire } from 'node:module';

interface Report {
  readonly issues: {
    readonly numErrors: number;
    readonly numWarnings: number;
    readonly messages: readonly unknown[];
  };
  readonly info: { readonly totalTriangleCount: number; readonly drawCallCount: number };
}
/** The Khronos Group's own validator, which has no types. */
const { validateBytes } = createRequire(import.meta.url)('gltf-validator') as {
  validateBytes(bytes: Uint8Array): Promise<Report>;
};

/** What the validator tells of a binary glTF file. Throws with its messages where it finds fault with it. */
export async function validGltf(bytes: Uint8Array): Promise<Report['info']> {
  const { issues, info } = await validateBytes(bytes);
  if (issues.numErrors + issues.numWarnings > 0) {
    throw new Error(`The file is no valid glTF: ${JSON.stringify(issues.messages, null, 2)}`);
  }
  return info;
}

interface GltfContent {
  readonly nodes: readonly {
    readonly name: string;
    readonly extras?: { readonly shape: readonly number[] };
  }[];
  readonly accessors: readonly {
    readonly type: string;
    readonly min?: readonly number[];
    readonly max?: readonly number[];
  }[];
}

/** The JSON of a binary glTF file: its first chunk. */
export function gltfContent(bytes: Uint8Array): GltfContent {
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(12, true);
  return JSON.parse(Buffer.from(bytes.subarray(20, 20 + length)).toString()) as GltfContent;
}

/** The shapes of the layers in a file, by their names, in the order of the network. */
export function gltfLayers(bytes: Uint8Array): Readonly<Record<string, readonly number[]>> {
  return Object.fromEntries(
    gltfContent(bytes).nodes.flatMap(({ name, extras }) =>
      extras === undefined ? [] : [[name, extras.shape] as const],
    ),
  );
}
