import { type DynamicModule, Module, type ModuleMetadata } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { AboutController } from './about/about.controller.js';
import { ErrorFilter } from './error.filter.js';
import { ExportApiController } from './export-api/export-api.controller.js';
import { KnownPolls } from './export-api/known-polls.js';
import { RequestReader } from './export-api/request-reader.js';
import { FilePlace } from '../files/file-place.js';
import { FileRegistrar } from '../files/file-registrar.js';
import { PlayablePlaylists } from '../files/playable-playlist.js';
import { FileUploads } from '../files/file-uploads.js';
import { FileJobs } from '../media/file-jobs.js';
import { MadeFile } from '../media/made-file.js';
import { PlaylistClip } from '../media/playlist-clip.js';
import { PlaylistConcat } from '../media/playlist-concat.js';
import { PlaylistMeta } from '../media/playlist-meta.js';
import { RecordingReader } from '../media/recording-reader.js';
import { SourceFiles } from '../media/source-files.js';
import { StoredVideo } from '../media/stored-video.js';
import { VideoSnapshot } from '../media/video-snapshot.js';
import { MediaProbe } from '../probe/media-probe.js';
import { RecordingProbe } from '../probe/recording-probe.js';
import { AudioVideoMetaController } from './file-api/audio-video-meta.controller.js';
import { CdnController } from './file-api/cdn.controller.js';
import { FileAnswers } from './file-api/file-answers.js';
import { FileApiGuard } from './file-api/file-api.guard.js';
import { FileCategoriesController } from './file-api/file-categories.controller.js';
import { StoredFilesController } from './file-api/stored-files.controller.js';
import { FileReceiverController, UploadsController } from './file-api/uploads.controller.js';
import { MediaController } from './file-api/media.controller.js';
import { FilesController } from './files/files.controller.js';
import { ExportEventsController } from './native/export-events.controller.js';
import { ExportsController } from './native/exports.controller.js';
import { FileLinks } from './native/file-links.js';
import { RegisteredFilesController } from './native/registered-files.controller.js';
import { StoreNames } from './native/store-names.js';
import { TenantGuard } from './native/tenant.guard.js';
import { WhoamiController } from './native/whoami.controller.js';
import { TokenController } from './token-api/token.controller.js';
import { RequestLimits } from './request-limits.js';
import { TokenIssuer } from '../tenants/token-issuer.js';

/** All HTTP APIs. `imports` (or global modules) provide ExportService, TenantService, OBJECT_STORES, GATEWAY_CONFIG and LOGGER. */
@Module({})
export class HttpApiModule {
  static register(imports: ModuleMetadata['imports'] = []): DynamicModule {
    return {
      module: HttpApiModule,
      imports,
      controllers: [
        AboutController,
        ExportApiController,
        ExportsController,
        ExportEventsController,
        WhoamiController,
        RegisteredFilesController,
        FilesController,
        StoredFilesController,
        FileCategoriesController,
        UploadsController,
        FileReceiverController,
        CdnController,
        AudioVideoMetaController,
        TokenController,
        MediaController,
      ],
      providers: [
        { provide: APP_FILTER, useClass: ErrorFilter },
        FileLinks,
        KnownPolls,
        RequestReader,
        RequestLimits,
        StoreNames,
        TenantGuard,
        FileApiGuard,
        FileAnswers,
        FilePlace,
        FileUploads,
        MediaProbe,
        RecordingProbe,
        FileRegistrar,
        PlayablePlaylists,
        TokenIssuer,
        FileJobs,
        SourceFiles,
        RecordingReader,
        StoredVideo,
        PlaylistConcat,
        MadeFile,
        VideoSnapshot,
        PlaylistClip,
        PlaylistMeta,
      ],
    };
  }
}
