import { EventPattern } from '@nestjs/microservices';

/** Marks the one method that handles a subject. Nest's EventPattern, whose other overload asks for handlers without a context. */
// oxlint-disable-next-line typescript/no-unnecessary-type-arguments -- without it the other overload is chosen
export const Consumes = (subject: string): MethodDecorator => EventPattern<string>(subject);
