import path from 'node:path';
import type { ModelsApi } from '#shared/models';
import { ModelLibrary } from './library';
import { ReceivedFiles } from './received-files';

/** Answers what windows ask about models. What is remembered and received lies in one folder. */
export async function modelsDesk(folder: string): Promise<ModelsApi> {
  const library = new ModelLibrary(folder);
  const received = new ReceivedFiles(path.join(folder, 'received'));
  await received.clear();
  return {
    openModel: (named) => library.open(named),
    describeModel: (answers) => library.answer(answers),
    recentModels: () => library.recent(),
    forgetModel: (file) => library.forget(file),
    receiveFile: (part) => received.receive(part),
    finishUpload: (upload) => received.finish(upload),
  };
}
