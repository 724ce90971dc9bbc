import { Controller, Get, Header } from '@nestjs/common';
import { EXPORT_API_PATH, openApiDocument } from '@clipfleet/contracts';

const text = `Clipfleet

Export API   POST ${EXPORT_API_PATH}
Native API   /v1/exports
OpenAPI      /openapi.json
`;

@Controller()
export class AboutController {
  private readonly document = JSON.stringify(openApiDocument());

  @Get()
  @Header('content-type', 'text/plain; charset=utf-8')
  about(): string {
    return text;
  }

  @Get('openapi.json')
  @Header('content-type', 'application/json; charset=utf-8')
  openApi(): string {
    return this.document;
  }
}
