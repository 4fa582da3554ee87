import { z } from 'zod';

// What is read of Vast.ai's answers, as of docs.vast.ai/api-reference and the OpenAPI files in github.com/vast-ai/vast-cli/openapi/yaml.
// They have many more fields, and unknown ones are no error.

/** https://docs.vast.ai/api-reference/search/search-offers */
export const offersAnswer = z.object({
  offers: z.array(
    z.object({
      id: z.int(),
      gpu_name: z.string(),
      num_gpus: z.number(),
      /** US dollars an hour for the machine, with and without the storage that was asked for. */
      dph_total: z.number().nonnegative(),
      dph_base: z.number().nonnegative(),
      /** Found in the market of bids. */
      is_bid: z.boolean().nullish(),
      /** The lowest bid at present. */
      min_bid: z.number().nonnegative().nullish(),
      geolocation: z.string().nullish(),
    }),
  ),
});

/** https://docs.vast.ai/api-reference/instances/create-instance */
export const createAnswer = z.object({ success: z.literal(true), new_contract: z.int() });

/** https://docs.vast.ai/api-reference/instances/destroy-instance */
export const destroyAnswer = z.object({ success: z.literal(true) });

/** https://docs.vast.ai/api-reference/instances/show-instances-v1: at most 25 a page; v0 of it is gone. */
export const instancesAnswer = z.object({
  instances: z.array(
    z.object({
      id: z.int(),
      label: z.string().nullish(),
      actual_status: z.string().nullish(),
      status_msg: z.string().nullish(),
      dph_total: z.number().nonnegative().nullish(),
      ssh_host: z.string().nullish(),
      ssh_port: z.number().nullish(),
    }),
  ),
  next_token: z.string().nullish(),
});

/** https://docs.vast.ai/api-reference/rate-limits-and-errors: the fields of an error are all optional, and 429 is often plain text. */
export const errorAnswer = z.object({
  success: z.boolean().optional(),
  error: z.string().optional(),
  msg: z.string().optional(),
  message: z.string().optional(),
  detail: z.string().optional(),
});

export type VastOffer = z.infer<typeof offersAnswer>['offers'][number];
export type VastInstance = z.infer<typeof instancesAnswer>['instances'][number];
