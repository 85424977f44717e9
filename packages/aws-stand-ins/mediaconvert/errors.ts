import { RequestError } from "../request-error";

const STATUS_CODES = {
  BadRequestException: 400,
  NotFoundException: 404,
  ConflictException: 409,
  UnprocessableEntityException: 422,
} as const;

/** Refuses a request; the SDK throws an exception of the same name. */
export class ServiceError extends RequestError {
  override readonly name = "ServiceError";

  constructor(code: keyof typeof STATUS_CODES, message: string) {
    super(STATUS_CODES[code], code, message);
  }
}

/**
 * Ends a job in ERROR.
 * Codes: https://docs.aws.amazon.com/mediaconvert/latest/ug/mediaconvert_error_codes.html
 */
export class JobError extends Error {
  constructor(
    readonly code: number,
    message: string,
  ) {
    super(message);
  }
}

/** The codes of this stand-in's job errors. */
export const JobErrorCode = {
  CANNOT_OPEN_INPUT: 1010,
  NO_VIDEO: 1020,
  UNSUPPORTED_CODEC: 1030,
  SETTINGS_DO_NOT_FIT_INPUT: 1040,
  DEMUX: 1075,
  TRUNCATED_INPUT: 1076,
  ACCESS_DENIED: 1401,
  INPUT_NOT_FOUND: 1404,
  CANNOT_WRITE_OUTPUT: 1517,
  UNKNOWN: 1999,
} as const;
