import 'reflect-metadata';
import { Body, Controller, HttpCode, Module, Post } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { EXPORT_API_PATH } from '@clipfleet/contracts';

/**
 * The least that can answer such a request by Nest and Fastify, in a process of its own: parses the JSON and sends an answer
 * that is given to it. No validation, no log, no memory.
 * Arguments: port, answer as JSON.
 */
const [port, answerJson] = process.argv.slice(2);
const answer = JSON.parse(answerJson) as Record<string, unknown>;

@Controller()
class EchoController {
  @Post(EXPORT_API_PATH)
  @HttpCode(200)
  echo(@Body() body: Record<string, unknown>): Record<string, unknown> {
    // a field of the request goes into the answer: the body has been read
    return { ...answer, Version: body['ServiceCaller'] === undefined ? '' : answer['Version'] };
  }
}

@Module({ controllers: [EchoController] })
class EchoModule {}

const app = await NestFactory.create<NestFastifyApplication>(EchoModule, new FastifyAdapter(), { logger: false });
await app.listen(Number(port), '127.0.0.1');
