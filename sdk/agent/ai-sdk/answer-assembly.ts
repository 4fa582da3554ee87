import { ModelError } from '../../errors/index.js';
import type { AiModel, AnswerPart, ModelAnswer } from './model-call.js';

type Content = ModelAnswer['content'][number];
type Finish = Pick<ModelAnswer, 'usage' | 'finishReason' | 'providerMetadata'>;

/** Puts an answer together from the pieces of its stream. */
export class AnswerAssembly {
  readonly #content: Content[] = [];
  /** By its id, the text that is being said: several may be at once. */
  readonly #open = new Map<string, number>();
  #warnings: ModelAnswer['warnings'] = [];
  #response: ModelAnswer['response'] = {};
  #finish: Finish | undefined;

  add(part: AnswerPart): void {
    switch (part.type) {
      case 'stream-start':
        this.#warnings = part.warnings;
        return;
      case 'response-metadata': {
        const { type: _, ...response } = part;
        this.#response = response;
        return;
      }
      case 'text-start':
      case 'reasoning-start':
        this.#open.set(part.id, this.#content.length);
        this.#content.push({ type: part.type === 'text-start' ? 'text' : 'reasoning', text: '', ...metadataOf(part) });
        return;
      case 'text-delta':
      case 'reasoning-delta':
        return this.#extend(part.id, part.delta, part);
      case 'text-end':
      case 'reasoning-end':
        return this.#extend(part.id, '', part);
      case 'finish': {
        const { type: _, ...finish } = part;
        this.#finish = finish;
        return;
      }
      // The whole call comes in a part of its own.
      case 'tool-input-start':
      case 'tool-input-delta':
      case 'tool-input-end':
      case 'raw':
      case 'error':
        return;
      default:
        this.#content.push(part);
    }
  }

  /** Throws `ModelError` if the stream ended before the answer did. */
  answer({ provider, modelId: model }: AiModel): ModelAnswer {
    if (!this.#finish) throw new ModelError('stream_broken', `${provider}: the stream ended too early`, { provider, model });
    return { ...this.#finish, content: this.#content, warnings: this.#warnings, ...(this.#response && { response: this.#response }) };
  }

  #extend(id: string, delta: string, part: AnswerPart): void {
    const index = this.#open.get(id);
    const known = index === undefined ? undefined : this.#content[index];
    if (known?.type !== 'text' && known?.type !== 'reasoning') return;
    this.#content[index!] = { ...known, text: known.text + delta, ...metadataOf(part) };
  }
}

/** The last one said of a text is the one that holds, such as the signature at the end of a thought. */
const metadataOf = (part: AnswerPart) =>
  'providerMetadata' in part && part.providerMetadata ? { providerMetadata: part.providerMetadata } : {};
