import type { FileUIPart } from "ai";

/** The service takes 8 files a message and 4 MB a request, in which a file is a third larger than on disk. */
export const MOST_FILES = 8;
const MOST_BYTES = 2_500_000;
const LONGEST_SIDE = 1_600;
const SHRINK_FROM = 400_000;

export class TooLarge extends Error {}

/** Files as parts of a message; large pictures are made smaller. Raises TooLarge for more than fits beside `there`. */
export async function readFiles(files: Iterable<File>, there: FileUIPart[]): Promise<FileUIPart[]> {
  const read = await Promise.all(Array.from(files, async (file) => part(file.name, await small(file))));
  const length = [...there, ...read].reduce((sum, one) => sum + one.url.length, 0);
  if (length > (MOST_BYTES * 4) / 3) throw new TooLarge();
  return read;
}

async function small(file: File): Promise<Blob> {
  if (file.size < SHRINK_FROM || !["image/jpeg", "image/png", "image/webp"].includes(file.type)) return file;
  const picture = await createImageBitmap(file);
  const scale = Math.min(1, LONGEST_SIDE / Math.max(picture.width, picture.height));
  const canvas = new OffscreenCanvas(Math.round(picture.width * scale), Math.round(picture.height * scale));
  canvas.getContext("2d")?.drawImage(picture, 0, 0, canvas.width, canvas.height);
  return canvas.convertToBlob({ type: "image/jpeg", quality: 0.85 });
}

function part(filename: string, blob: Blob): Promise<FileUIPart> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () =>
      resolve({
        type: "file",
        filename,
        mediaType: blob.type || "application/octet-stream",
        url: String(reader.result),
      });
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(blob);
  });
}
