import { applyDecorators, UseFilters } from '@nestjs/common';
import { EventPattern } from '@nestjs/microservices';
import { RethrowFilter } from './rethrow.filter.js';

/**
 * Marks the one method that handles a subject. Nest's EventPattern, whose other overload asks for handlers without a context,
 * and the filter that lets errors through: on the method, because a hybrid application takes no global one for its messages.
 */
export const Consumes = (subject: string): MethodDecorator =>
  // oxlint-disable-next-line typescript/no-unnecessary-type-arguments -- without it the other overload is chosen
  applyDecorators(EventPattern<string>(subject), UseFilters(new RethrowFilter()));
